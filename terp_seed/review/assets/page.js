"use strict";
(() => {
  const root = document.documentElement;

  // The theme follows the system until somebody chooses.
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = {
    get() { try { return localStorage.getItem("terp-seed-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("terp-seed-theme", value); } catch { /* a file without storage forgets */ } },
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  if (["dark", "light"].includes(remembered.get())) root.dataset.theme = remembered.get();
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered.set(root.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // A column's name sorts its table; NULL comes last either way.
  const collator = new Intl.Collator("en", { numeric: true });
  const valueOf = (row, place, kind) => {
    const cell = row.cells[place];
    if (cell.classList.contains("null")) return null;
    return kind === "number" ? Number.parseFloat(cell.textContent) : cell.textContent;
  };
  const compare = (a, b, direction) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return direction * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  };
  for (const table of document.querySelectorAll("table[id]")) {
    for (const button of table.querySelectorAll("thead button")) {
      button.addEventListener("click", () => {
        const header = button.closest("th");
        const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [valueOf(row, header.cellIndex, header.dataset.sort), row]);
        rows.sort(([a], [b]) => compare(a, b, direction));
        body.append(...rows.map(([, row]) => row));
      });
    }
  }

  // A search field hides the rows that do not have its words.
  for (const tools of document.querySelectorAll(".tools")) {
    const field = tools.querySelector("input");
    const said = tools.querySelector("output");
    const rows = [...document.getElementById(tools.dataset.for).tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        row.hidden = !words.every((word) => texts[place].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      said.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
    });
  }

  // A box that shows less than it has says so.
  const showCut = (box) => box.toggleAttribute("data-cut", box.scrollWidth > box.clientWidth + 1);
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => showCut(target)));
  for (const box of document.querySelectorAll(".scroll, pre")) sizes.observe(box);

  // A link to what is folded unfolds it.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", unfold);
  unfold();
  for (const button of document.querySelectorAll("button[data-open]")) {
    const folded = [...document.querySelectorAll(`#${button.dataset.open} > details`)];
    const [open, close] = [button.textContent, button.textContent.replace("Open", "Close")];
    button.hidden = false;
    button.addEventListener("click", () => {
      const opening = button.textContent === open;
      for (const details of folded) details.open = opening;
      button.textContent = opening ? close : open;
    });
  }
})();
