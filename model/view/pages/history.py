import solara
@solara.component
def History():
    solara.Text("History")
