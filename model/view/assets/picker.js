// Lets a visitor choose or drop a scenario file; a file over the limit is not read at all, only its size is told.
function render({ model, el }) {
  const label = element("label", "tn-picker", el, model.get("label")), input = element("input", "", label);
  input.type = "file"; input.accept = ".toml";
  const take = async (file) => {
    if (!file) return;
    const text = file.size > model.get("limit") ? "" : await file.text();
    model.set("picked", JSON.stringify({ name: file.name, size: file.size, text, count: Date.now() })); model.save_changes();
    input.value = "";
  };
  input.onchange = () => take(input.files[0]);
  label.ondragover = (event) => event.preventDefault();
  label.ondrop = (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); };
}
export default { render };
