import solara
@solara.component
def Compare():
    solara.Text("Compare")
