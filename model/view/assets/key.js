// A legend of its own, for maps that share one: its filters reach every map of the group.
function render({ model, el }) {
  const root = element("div", "tn-map tn-legend tn-alone", el), scene = { hidden: new Set(), country: "", world: {}, dark: false };
  let repaint = () => {};
  const tell = () => { repaint(); share(model.get("group"), { hidden: [...scene.hidden], country: scene.country }, root); };
  const build = () => { scene.world = JSON.parse(model.get("world")); scene.dark = themeIsDark(); root.replaceChildren(); repaint = legend(scene, root, tell, () => {}); repaint(); };
  model.on("change:world", build);
  const themed = onTheme(build);
  build();
  return themed;
}
export default { render };
