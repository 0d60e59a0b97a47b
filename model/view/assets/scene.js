// The state of one map: what there is, where it is on the screen, what is hidden, hovered or selected.
class Scene {
  constructor(model) {
    this.model = model;
    this.camera = { k: 1, x: 0, y: 0 }; // zoom, and the map point (in map widths) at the middle of the panel
    this.hidden = new Set(); this.country = ""; this.hover = null; this.hoverLane = null;
    this.width = this.height = 0; this.spots = []; this.lanes = []; this.links = [];
    this.read();
  }

  read() {
    const world = this.model.get("world");
    if (world !== this.told) { this.told = world; this.world = JSON.parse(world); }
    this.dark = themeIsDark(); this.selected = this.model.get("selected");
    this.detail = JSON.parse(this.model.get("detail"));
    this.values = floats(this.model.get("firms")); this.flows = floats(this.model.get("flows"));
    this.belief = JSON.parse(this.model.get("belief"));
    this.byId = new Map((this.world.nodes || []).map((node, i) => [node.id, i]));
  }

  get ink() { return this.dark ? INK.dark : INK.light; }
  group() { return this.model.get("group"); }
  of(i) { return this.values.subarray(i * FIELDS, (i + 1) * FIELDS); }

  // panel size to map scale; firms are laid out anew only when the panel's width changes
  resize(width, height) {
    this.width = width; this.height = height;
    this.scale = Math.min(width, height / MAP_HEIGHT);
    const nodes = this.world.nodes || [];
    this.most = largest(nodes); this.unit = Math.max(0.62, Math.min(1.35, this.scale / 1150));
    this.radii = nodes.map((node) => firmRadius(node.trade, node.capacity, this.most, this.unit));
    this.offsets = arrange(nodes, this.radii, this.scale);
    this.reach = {};
    nodes.forEach((node, i) => { if (node.trade !== USERS) this.reach[node.country] = Math.max(this.reach[node.country] || 0, Math.hypot(...this.offsets[i]) + this.radii[i]); });
    if (this.camera.x === 0) Object.assign(this.camera, { x: 0.5, y: MAP_HEIGHT / 2 });
    this.place();
  }

  screen(ux, uy) {
    const { k, x, y } = this.camera;
    return [(ux - x) * this.scale * k + this.width / 2, (uy - y) * this.scale * k + this.height / 2];
  }

  place() {
    if (!this.most) return; // the panel has no size yet
    const { k } = this.camera, spread = k ** 0.8, size = k ** 0.45;
    const chosen = this.selected && this.detail.id === this.selected ? new Set((this.detail.links || []).map((link) => link.id)) : null;
    this.spots = (this.world.nodes || []).map((node, i) => {
      const [x, y] = this.screen(...project(node.longitude, node.latitude)), shown = this.shows(i);
      const lit = !chosen || chosen.has(node.id) || node.id === this.selected;
      const now = this.values.length ? this.of(i) : null, full = !now || now[STATUS] !== 0 || node.trade === USERS;
      const r = size * (full ? this.radii[i] : firmRadius(node.trade, now[CAPACITY], this.most, this.unit));
      return { x: x + this.offsets[i][0] * spread, y: y + this.offsets[i][1] * spread, r, shown, alpha: lit ? 1 : 0.22 };
    });
    this.lanes = this.trade(); this.links = this.dealings();
  }

  shows(i) {
    const node = this.world.nodes[i];
    return !this.hidden.has(node.trade) && (!this.country || node.country === this.country) && !(this.values.length && this.of(i)[STATUS] > BUILDING);
  }

  trade() {
    const ranks = {};
    return (this.world.lanes || []).map((lane, i) => {
      const from = this.world.countries[lane.from], to = this.world.countries[lane.to], key = lane.from + " " + lane.to;
      const flow = this.flows[2 * i] || 0, queue = this.flows[2 * i + 1] || 0;
      if ((flow < 0.05 && queue < 1) || this.hidden.has(lane.good) || (this.country && this.country !== from.id && this.country !== to.id)) return null;
      ranks[key] = (ranks[key] ?? -1) + 1;
      const ends = [from, to].map((end) => this.screen(...project(end.longitude, end.latitude)));
      return { ...bend(...ends, ranks[key]), good: lane.good, flow, queue, from, to, border: 4 + (this.reach[from.id] || 12) * this.camera.k ** 0.8, phase: (i * 0.618) % 1, lit: this.hoverLane === i, index: i };
    }).filter(Boolean);
  }

  // the selected firm's own suppliers and customers
  dealings() {
    const me = this.byId.get(this.selected);
    if (me === undefined || this.detail.id !== this.selected) return [];
    return this.detail.links.map((link, i) => {
      const other = this.byId.get(link.id);
      if (other === undefined || this.hidden.has(link.good)) return null;
      const ends = (link.sells ? [other, me] : [me, other]).map((n) => [this.spots[n].x, this.spots[n].y]);
      return { ...bend(...ends, 0), good: link.good, flow: link.flow, queue: link.queue || 0, border: 18, phase: (i * 0.618) % 1, lit: true };
    }).filter(Boolean);
  }

  nodeAt(x, y) {
    let best = null, least = 1e9;
    this.spots.forEach((spot, i) => {
      const d = Math.hypot(spot.x - x, spot.y - y) - spot.r;
      if (spot.shown && d < 4 && d < least) { least = d; best = i; }
    });
    return best;
  }

  // the next firm in a direction: near, and not far off the axis
  toward(dx, dy) {
    const from = this.hover !== null ? this.spots[this.hover] : { x: this.width / 2, y: this.height / 2 };
    let best = null, least = 1e9;
    this.spots.forEach((spot, i) => {
      const ahead = (spot.x - from.x) * dx + (spot.y - from.y) * dy, aside = Math.abs((spot.x - from.x) * dy - (spot.y - from.y) * dx);
      if (spot.shown && i !== this.hover && ahead > 0.5 && ahead + 2.5 * aside < least) { least = ahead + 2.5 * aside; best = i; }
    });
    return best;
  }

  zoom(factor, sx = this.width / 2, sy = this.height / 2) {
    const before = this.camera, k = Math.max(1, Math.min(9, before.k * factor)), pull = 1 / before.k - 1 / k;
    this.look(k, before.x + (sx - this.width / 2) / this.scale * pull, before.y + (sy - this.height / 2) / this.scale * pull);
  }

  pan(dx, dy) { this.look(this.camera.k, this.camera.x - dx / (this.scale * this.camera.k), this.camera.y - dy / (this.scale * this.camera.k)); }

  look(k, x, y) {
    const within = (value, size, panel) => { const half = panel / (2 * this.scale * k); return size < 2 * half ? size / 2 : Math.max(half, Math.min(size - half, value)); };
    this.camera = { k, x: within(x, 1, this.width), y: within(y, MAP_HEIGHT, this.height) };
    this.place();
  }
}
