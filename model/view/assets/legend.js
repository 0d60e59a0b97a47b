// The legend: what colours, shapes and signs of the map mean, and the filters by good, trade and country.
const SIGN = { width: 30, height: 16 };
const SIGNS = [
  ["size", "Size: capacity", "The area grows with capacity, trade by trade"],
  ["ring", "Ring: months of input in stock", "Months the scarcest input lasts; the ring closes at three"],
  ["short", "Red: short of input", "Lacks more than half a per cent of what it needs"],
  ["building", "Dashed: being built", "Produces nothing yet"],
  ["queue", "Heap at a gate: waits for a licence", "Goods that wait at the border for an export licence"],
  ["lane", "Width: tonnes a month", "Width and number of particles grow with the logarithm of the tonnes"],
  ["fear", "Land: fear of restrictions", "End users' belief that supply will be restricted within a year, above its calm level"],
];

// one sign, drawn as the map draws it
function drawSign(pen, name, dark) {
  const spot = { x: 15, y: 8, r: 4.6, alpha: 1 }, lane = (flow, y, queue) => ({ ...bend([1, y + 1], [29, y + 1], 0), good: "product:1", flow, queue, border: 0.7 * SIGN.width, lit: true });
  const firm = (values, at = spot) => drawFirm(pen, { shape: "circle", colour: "product:1" }, at, values, dark);
  pen.clearRect(0, 0, SIGN.width, SIGN.height);
  if (name === "size") { firm([1, 1, 1, 0, 0, 0], { ...spot, x: 7, r: 2.6 }); firm([1, 1, 1, 0, 0, 0], { ...spot, x: 19, r: 6.4 }); }
  if (name === "ring") firm([1, 1, 1, 0.65 * FULL_RING, 0, 0]);
  if (name === "short") firm([1, 1, 1, 0, 0.5, 0]);
  if (name === "building") firm([1, 0, 0, 0, 0, BUILDING]);
  if (name === "queue") { drawLanes(pen, [lane(30, 8, 90)], dark, 1); drawQueues(pen, [lane(30, 8, 90)], dark); }
  if (name === "lane") drawLanes(pen, [lane(3, 5, 0), lane(900, 11, 0)], dark, 1);
  if (name === "fear") [0.06, 0.15, 0.24].forEach((share, i) => { pen.fillStyle = (dark ? INK.dark : INK.light).known; pen.fillRect(3 + 8 * i, 3, 8, 10); pen.fillStyle = `rgba(${(dark ? INK.dark : INK.light).risk},${share})`; pen.fillRect(3 + 8 * i, 3, 8, 10); });
}

// fills `parent`; `changed` is called when a filter was, `pick` with the country chosen; returns what repaints it
function legend(scene, parent, changed, pick) {
  const goods = element("div", "tn-keys", parent), trades = element("div", "tn-keys", parent), signs = element("div", "tn-keys tn-signs", parent);
  const key = (row, name, words, mark) => {
    const button = element("button", "tn-key", row); button.type = "button"; button.title = "Show or hide"; button.dataset.key = name;
    button.appendChild(mark); element("span", "", button, words);
    button.onclick = () => { scene.hidden.has(name) ? scene.hidden.delete(name) : scene.hidden.add(name); changed(); };
  };
  for (const [good, words] of Object.entries(scene.world.goods || {})) key(goods, good, words, element("i", "tn-line"));
  for (const [trade, { many }] of Object.entries(scene.world.trades || {})) key(trades, trade, many, element("canvas", "tn-mark"));
  for (const [name, words, more] of SIGNS) { const sign = element("span", "tn-sign", signs); sign.title = more; element("canvas", "", sign).dataset.sign = name; element("span", "", sign, words); }
  const choice = countryChoice(scene, trades);
  choice.onchange = () => { scene.country = choice.value; changed(); pick(choice.value ? "state " + choice.value : ""); };
  return () => paintLegend(scene, parent, choice);
}

function countryChoice(scene, parent) {
  const choice = element("select", "tn-country", parent); choice.setAttribute("aria-label", "Show one country only");
  element("option", "", choice, "All countries").value = "";
  for (const country of [...(scene.world.countries || [])].sort((a, b) => a.name.localeCompare(b.name))) element("option", "", choice, country.name).value = country.id;
  return choice;
}

function paintLegend(scene, parent, choice) {
  choice.value = scene.country;
  for (const button of parent.querySelectorAll(".tn-key")) {
    const name = button.dataset.key, mark = button.firstChild;
    button.setAttribute("aria-pressed", String(!scene.hidden.has(name)));
    if (mark.tagName === "I") mark.style.background = colour(name, scene.dark);
    else { const pen = sharpen(mark, 14, 14), trade = scene.world.trades[name]; pen.clearRect(0, 0, 14, 14); shape(pen, trade.shape, 7, 7, 4.6); pen.fillStyle = colour(trade.colour, scene.dark); pen.fill(); }
  }
  for (const canvas of parent.querySelectorAll(".tn-sign canvas")) drawSign(sharpen(canvas, SIGN.width, SIGN.height), canvas.dataset.sign, scene.dark);
}
