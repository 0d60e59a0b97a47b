import solara
@solara.component
def Results():
    solara.Text("Results")
