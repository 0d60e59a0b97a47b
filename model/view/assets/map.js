// The map widget: land below, trade and firms above it, particles on top; each on a canvas of its own, redrawn only when it must be.
function drawLand(pen, scene, countries) {
  const { ink, camera, width, height } = scene, [ox, oy] = scene.screen(0, 0), size = scene.scale * camera.k;
  pen.fillStyle = ink.sea; pen.fillRect(0, 0, width, height);
  pen.save(); pen.translate(ox, oy); pen.scale(size, size); pen.lineWidth = 0.6 / size; pen.strokeStyle = ink.border;
  for (const country of countries) {
    pen.fillStyle = country.code in scene.belief ? ink.known : ink.land; pen.fill(country.path);
    const risk = scene.belief[country.code] || 0;
    if (risk > 0.02) { pen.fillStyle = `rgba(${ink.risk},${Math.min(0.24, 0.3 * risk)})`; pen.fill(country.path); }
    pen.stroke(country.path);
  }
  pen.restore();
}

function drawNetwork(pen, scene) {
  if (!scene.spots.length) return;
  pen.clearRect(0, 0, scene.width, scene.height);
  drawLanes(pen, scene.lanes, scene.dark, scene.links.length ? 0.25 : 1);
  drawLanes(pen, scene.links, scene.dark, 1);
  drawQueues(pen, scene.links.length ? scene.links : scene.lanes, scene.dark);
  (scene.world.nodes || []).forEach((node, i) => { if (scene.spots[i].shown) drawFirm(pen, node, scene.spots[i], scene.of(i), scene.dark); });
  drawNames(pen, scene);
  const chosen = scene.byId.get(scene.selected);
  if (chosen !== undefined) markFirm(pen, scene.spots[chosen], scene.dark, true);
  if (scene.hover !== null) markFirm(pen, scene.spots[scene.hover], scene.dark, false);
}

// country names above their firms, or below; a name that would cover firms of others, or another name, waits until the reader comes closer
function drawNames(pen, scene) {
  const taken = [], reach = {}, size = scene.width < 700 ? 9.5 : 10.5, nodes = scene.world.nodes;
  scene.spots.forEach((spot, i) => {
    if (!spot.shown) return;
    const own = (reach[nodes[i].country] ||= { top: 1e9, bottom: -1e9 });
    own.top = Math.min(own.top, spot.y - spot.r); own.bottom = Math.max(own.bottom, spot.y + spot.r);
  });
  pen.font = `600 ${size}px Inter, "Segoe UI", system-ui, sans-serif`; pen.textAlign = "center"; pen.textBaseline = "alphabetic"; pen.lineJoin = "round";
  for (const country of scene.world.countries || []) {
    if (!reach[country.id]) continue;
    const half = pen.measureText(country.name).width / 2, x = Math.max(half + 4, Math.min(scene.width - half - 4, scene.screen(...project(country.longitude, country.latitude))[0]));
    const y = [reach[country.id].top - 5, reach[country.id].bottom + size + 3].find((y) => isFree(scene, taken, country, { x, y, half }, size));
    if (y === undefined) continue;
    taken.push({ x, y, half });
    pen.strokeStyle = scene.ink.halo; pen.lineWidth = 3; pen.strokeText(country.name, x, y);
    pen.fillStyle = scene.ink.soft; pen.fillText(country.name, x, y);
  }
}

function isFree(scene, taken, country, box, size) {
  const title = box.x - box.half < 190 && box.y < 34, middle = box.y - size / 2, nodes = scene.world.nodes;
  return !title && !taken.some((other) => Math.abs(other.x - box.x) < other.half + box.half + 4 && Math.abs(other.y - box.y) < size + 2)
    && !scene.spots.some((spot, i) => spot.shown && nodes[i].country !== country.id && Math.abs(spot.x - box.x) < box.half + spot.r - 2 && Math.abs(spot.y - middle) < size / 2 + spot.r - 1);
}

function laneRows(lane) {
  return [["Shipped", figure(lane.flow) + " t/month"], ...(lane.queue >= 0.5 ? [["Waiting for a licence", figure(lane.queue) + " t"]] : [])];
}

function fillTip(tip, title, subtitle, rows) {
  tip.replaceChildren();
  element("div", "tn-tip-title", tip, title); element("div", "tn-tip-sub", tip, subtitle);
  for (const [label, value] of rows) { const row = element("div", "tn-tip-row", tip); element("span", "", row, label); element("b", "", row, value); }
}

function placeTip(tip, box, x, y) {
  tip.style.display = "block";
  tip.style.left = Math.max(4, Math.min(box.clientWidth - tip.offsetWidth - 4, x + 14)) + "px";
  tip.style.top = Math.max(4, y + 14 + tip.offsetHeight > box.clientHeight ? y - tip.offsetHeight - 10 : y + 14) + "px";
}

// the state whose land lies under the pointer: "state CHN"; nothing at sea
function stateAt(pen, scene, countries, x, y) {
  const size = scene.scale * scene.camera.k, [ox, oy] = scene.screen(0, 0), known = new Set(scene.world.states || []);
  pen.save(); pen.resetTransform();
  const found = countries.find((country) => pen.isPointInPath(country.path, (x - ox) / size, (y - oy) / size));
  pen.restore();
  const id = found && (known.has(found.id) ? found.id : found.code);
  return id && known.has(id) ? "state " + id : "";
}

function goodWords(scene, good) { return (scene.world.goods || {})[good] || good; }

// what is under the pointer or the keyboard's cursor, in words
function tell(scene, parts, x, y) {
  if (scene.hover !== null) {
    const node = scene.world.nodes[scene.hover], spot = scene.spots[scene.hover], rows = firmRows(node, scene.of(scene.hover));
    fillTip(parts.tip, node.name, node.what + ", " + node.place, rows);
    placeTip(parts.tip, parts.box, spot.x + spot.r, spot.y);
    parts.live.textContent = `${node.name}, ${node.what}, ${node.place}. ` + rows.map((row) => row.join(" ")).join(". ");
  } else if (scene.hoverLane !== null) {
    const lane = scene.lanes.find((each) => each.index === scene.hoverLane);
    if (!lane) return;
    fillTip(parts.tip, `${lane.from.name} → ${lane.to.name}`, goodWords(scene, lane.good), laneRows(lane));
    placeTip(parts.tip, parts.box, x, y);
  } else parts.tip.style.display = "none";
}

function listen(scene, parts, act) {
  const { top, box } = parts, at = (event) => { const r = top.getBoundingClientRect(); return [event.clientX - r.left, event.clientY - r.top]; };
  let drag = null;
  top.onpointerdown = (event) => { drag = { from: at(event), last: at(event), moved: false }; top.setPointerCapture(event.pointerId); };
  top.onpointerup = (event) => { if (drag && !drag.moved) act.choose(scene.nodeAt(...at(event)), ...at(event)); drag = null; };
  top.onpointercancel = () => { drag = null; };
  top.onpointermove = (event) => {
    const [x, y] = at(event);
    if (!drag) return act.point(x, y);
    drag.moved ||= Math.hypot(x - drag.from[0], y - drag.from[1]) > 4;
    if (drag.moved) { scene.pan(x - drag.last[0], y - drag.last[1]); act.moved(); }
    drag.last = [x, y];
  };
  top.onpointerleave = () => { if (!drag) act.point(-99, -99); };
  top.addEventListener("wheel", (event) => { event.preventDefault(); scene.zoom(Math.exp(-0.0016 * event.deltaY), ...at(event)); act.moved(); }, { passive: false });
  const walk = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  box.onkeydown = (event) => {
    if (event.target !== top) return;
    if (walk[event.key]) act.step(scene.toward(...walk[event.key]));
    else if (event.key === "Enter" || event.key === " ") act.choose(scene.hover);
    else if (event.key === "Escape") act.choose(null);
    else if (event.key === "+" || event.key === "=") { scene.zoom(1.4); act.moved(); }
    else if (event.key === "-") { scene.zoom(1 / 1.4); act.moved(); }
    else if (event.key === "0") { scene.look(1, 0.5, MAP_HEIGHT / 2); act.moved(); }
    else return;
    event.preventDefault();
  };
}

function assemble(el) {
  const root = element("div", "tn-map", el), box = element("div", "tn-map-box", root);
  const [land, net, top] = ["tn-land", "tn-net", "tn-top"].map((name) => element("canvas", name, box));
  top.tabIndex = 0; top.setAttribute("role", "application");
  top.setAttribute("aria-label", "Map of the trade network. Arrow keys walk from firm to firm, Enter selects, Escape clears, plus and minus zoom.");
  const zoom = element("div", "tn-zoom", box), tip = element("div", "tn-tip", box), live = element("div", "tn-live", box);
  const title = element("div", "tn-title", box); live.setAttribute("aria-live", "polite");
  const buttons = [["+", "Zoom in", 1.5], ["−", "Zoom out", 1 / 1.5], ["⌂", "Whole map", 0]].map(([sign, words, factor]) => {
    const button = element("button", "", zoom, sign); button.type = "button"; button.title = words; button.setAttribute("aria-label", words); return [button, factor];
  });
  return { root, box, land, net, top, tip, live, title, buttons, keys: element("div", "tn-legend", root) };
}

// One map on the page: three canvases kept true to one scene, and what the reader does to it.
class MapView {
  constructor(model, el) {
    Object.assign(this, { model, parts: assemble(el), scene: new Scene(model), countries: outlines(LAND), pointer: [0, 0], due: 0, running: 0, last: 0, clock: 0 });
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.redraw = () => { this.due ||= requestAnimationFrame(() => this.draw()); };
    this.news = () => this.read();
    this.wake = () => this.awake();
    this.learn(); this.watch(); this.awake();
  }

  watch() {
    const { model, parts } = this;
    this.observer = new ResizeObserver(() => this.size());
    this.observer.observe(parts.box);
    this.undo = [shared(() => this.scene.group(), parts.root, (what) => this.follow(what)), onTheme(this.news)];
    listen(this.scene, parts, this);
    for (const [button, factor] of parts.buttons) button.onclick = () => { factor ? this.scene.zoom(factor) : this.scene.look(1, 0.5, MAP_HEIGHT / 2); this.moved(); };
    model.on("change:firms change:flows change:selected change:detail change:title", this.news);
    model.on("change:belief", () => { this.scene.read(); this.ground(); });
    model.on("change:world", () => { this.scene.read(); this.learn(); this.size(); });
    document.addEventListener("visibilitychange", this.wake); this.still.addEventListener("change", this.wake);
  }

  // another world: its countries, and a legend of its own
  learn() {
    const codes = this.scene.world.outlines || {};
    for (const country of this.countries) country.code = codes[country.id] || country.id;
    this.parts.keys.replaceChildren();
    this.repaint = this.model.get("legend") ? legend(this.scene, this.parts.keys, () => { this.scene.place(); this.repaint(); this.moved(); }, (id) => this.pick(id)) : () => {};
    this.dress();
  }

  read() {
    const dark = this.scene.dark;
    this.scene.read(); this.scene.place();
    if (dark !== this.scene.dark) this.dress();
    this.parts.title.textContent = this.model.get("title"); this.redraw();
  }

  dress() { this.parts.title.textContent = this.model.get("title"); this.repaint(); this.ground(); }

  size() {
    const { clientWidth: width, clientHeight: height } = this.parts.box;
    if (!width || !height) return;
    for (const canvas of [this.parts.land, this.parts.net, this.parts.top]) sharpen(canvas, width, height);
    this.scene.resize(width, height); this.ground();
  }

  ground() { drawLand(this.parts.land.getContext("2d"), this.scene, this.countries); this.redraw(); }
  draw() { this.due = 0; drawNetwork(this.parts.net.getContext("2d"), this.scene); tell(this.scene, this.parts, ...this.pointer); this.particles(performance.now()); }

  particles(now) {
    const { scene, parts } = this, pen = parts.top.getContext("2d");
    this.clock += Math.min(0.1, (now - this.last) / 1000); this.last = now;
    parts.root.dataset.frames = Number(parts.root.dataset.frames || 0) + 1;
    pen.clearRect(0, 0, scene.width, scene.height);
    drawParticles(pen, scene.lanes, this.clock, scene.dark, scene.links.length ? 0.2 : 1); drawParticles(pen, scene.links, this.clock, scene.dark, 1);
  }

  // sixty frames a second, unless nobody looks or the reader wants no motion
  awake() {
    cancelAnimationFrame(this.running); this.last = performance.now();
    const next = (now) => { this.particles(now); this.running = requestAnimationFrame(next); };
    if (!this.still.matches && !document.hidden) this.running = requestAnimationFrame(next);
  }

  moved() { this.ground(); share(this.scene.group(), { camera: this.scene.camera, hidden: [...this.scene.hidden], country: this.scene.country }, this.parts.root); }

  follow(what) {
    const { k, x, y } = what.camera || this.scene.camera;
    if (!what.hidden) return;
    this.scene.hidden = new Set(what.hidden); this.scene.country = what.country; this.scene.look(k, x, y); this.repaint(); this.ground();
  }

  pick(id) { this.model.set("selected", id); this.model.save_changes(); }
  step(i) { if (i !== null) this.show(i, null); }
  choose(i, x, y) { this.pick(i !== null ? this.scene.world.nodes[i].id : x === undefined ? "" : stateAt(this.parts.land.getContext("2d"), this.scene, this.countries, x, y)); }

  point(x, y) {
    const hover = this.scene.nodeAt(x, y), lane = hover === null ? nearestLane(this.scene.lanes, x, y, 7) : null;
    this.pointer = [x, y]; this.show(hover, lane ? lane.index : null);
  }

  show(hover, lane) {
    const { scene } = this;
    if (hover === scene.hover && lane === scene.hoverLane) { if (lane !== null) tell(scene, this.parts, ...this.pointer); return; }
    scene.hover = hover; scene.hoverLane = lane;
    for (const each of scene.lanes) each.lit = each.index === lane;
    this.parts.top.style.cursor = hover !== null ? "pointer" : "grab"; this.redraw();
  }

  close() {
    this.observer.disconnect(); for (const each of this.undo) each();
    cancelAnimationFrame(this.running); cancelAnimationFrame(this.due);
    document.removeEventListener("visibilitychange", this.wake); this.still.removeEventListener("change", this.wake);
  }
}

function render({ model, el }) {
  const view = new MapView(model, el);
  return () => view.close();
}
export default { render };
