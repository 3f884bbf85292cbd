// Without this script every page is whole: it only searches, sorts, enlarges and saves.
(() => {
  const page = document, root = page.documentElement;
  root.classList.add("js");
  const all = (query, within = page) => [...within.querySelectorAll(query)];

  // On a small screen the contents would push the page down.
  const contents = page.querySelector("nav.contents details");
  if (contents && matchMedia("(max-width: 1079px)").matches) contents.open = false;
  for (const frame of all(".table")) {
    const mark = () => frame.classList.toggle("wide", frame.scrollWidth > frame.clientWidth + 1);
    mark();
    addEventListener("resize", mark);
  }

  const codes = all("details.code"), button = page.getElementById("code-button");
  if (button) {
    const open = () => codes.every((code) => code.open);
    const say = () => { button.textContent = open() ? button.dataset.hide : button.dataset.show; };
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = !open();
      for (const code of codes) code.open = wanted;
      say();
    });
    for (const code of codes) code.addEventListener("toggle", say);
  }

  // A figure as one file: title, subtitle, drawing, key and source, colours as they are.
  const looks = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight", "font-family", "text-anchor"];
  const shown = (figure) => all("svg.nar, svg.wid", figure).find((svg) => svg.getClientRects().length);
  const dressed = (svg) => {
    const copy = svg.cloneNode(true), from = all("*", svg), to = all("*", copy);
    from.forEach((element, n) => {
      const style = getComputedStyle(element);
      for (const name of looks) to[n].style.setProperty(name, style.getPropertyValue(name));
      to[n].removeAttribute("class");
    });
    return copy;
  };
  const wide = (char) => (char.codePointAt(0) > 0x2e7f ? 2 : 1);
  const lines = (text, room) => {
    const found = [""];
    let used = 0;
    for (const part of text.trim().split(/(?<=[\u2e80-\uffff\s])/)) {
      const width = [...part].reduce((sum, char) => sum + wide(char), 0);
      if (used + width > room && used) { found.push(""); used = 0; }
      found[found.length - 1] += part;
      used += width;
    }
    return found;
  };
  const whole = (figure) => {
    const svg = shown(figure), copy = dressed(svg), box = svg.viewBox.baseVal, space = "http://www.w3.org/2000/svg";
    const body = getComputedStyle(page.body), room = Math.floor(box.width / 7);
    const of = (query) => figure.querySelector(query)?.textContent || "";
    const add = (words, x, y, size, weight) => {
      const text = page.createElementNS(space, "text");
      text.setAttribute("x", x);
      text.setAttribute("y", y);
      text.setAttribute("style", `font:${weight} ${size}px ${body.fontFamily};fill:${body.color}`);
      text.textContent = words;
      copy.append(text);
    };
    const title = lines(of(".ttl"), room * 0.85), sub = lines(of(".sub"), room);
    const top = title.length * 22 + sub.length * 18 + 18;
    title.forEach((line, n) => add(line, box.x, box.y - top + 20 + n * 22, 17, 700));
    sub.forEach((line, n) => add(line, box.x, box.y - top + 18 + title.length * 22 + n * 18, 13, 400));
    let y = box.y + box.height + 24, x = 0;
    for (const item of all(".key li", figure)) {
      const icon = item.querySelector("svg"), width = icon.width.baseVal.value;
      const long = [...item.textContent].reduce((sum, char) => sum + wide(char) * 6.4, width + 24);
      if (x + long > box.width && x) { x = 0; y += 20; }
      const sign = dressed(icon);
      sign.setAttribute("x", box.x + x);
      sign.setAttribute("y", y - 11);
      copy.append(sign);
      add(item.textContent, box.x + x + width + 6, y, 12.5, 400);
      x += long;
    }
    y += 24;
    for (const line of lines(`${of(".src")} · govinfo`, room * 1.05)) { add(line, box.x, y, 12, 400); y += 17; }
    const height = y - box.y + top, around = [box.x - 14, box.y - top, box.width + 28, height];
    const ground = page.createElementNS(space, "rect");
    ["x", "y", "width", "height"].forEach((name, n) => ground.setAttribute(name, around[n]));
    ground.setAttribute("fill", body.backgroundColor);
    copy.prepend(ground);
    copy.setAttribute("viewBox", around.join(" "));
    copy.setAttribute("width", around[2]);
    copy.setAttribute("height", height);
    copy.setAttribute("xmlns", space);
    return new XMLSerializer().serializeToString(copy);
  };
  const save = (name, blob) => {
    const link = page.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const does = {
    svg: (figure) => save(`${figure.id}.svg`, new Blob([whole(figure)], { type: "image/svg+xml" })),
    png: (figure) => {
      const image = new Image();
      image.onload = () => {
        const canvas = page.createElement("canvas");
        canvas.width = image.width * 2;
        canvas.height = image.height * 2;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => save(`${figure.id}.png`, blob));
      };
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole(figure))}`;
    },
    big: (figure, pressed) => {
      const dialog = page.createElement("dialog"), close = page.createElement("button");
      const drawing = figure.querySelector("svg.wid, img").cloneNode(true);
      dialog.setAttribute("aria-label", drawing.alt || drawing.getAttribute("aria-label"));
      close.textContent = pressed.dataset.close;
      close.addEventListener("click", () => dialog.close());
      dialog.append(close, drawing);
      dialog.addEventListener("close", () => { dialog.remove(); pressed.focus(); });
      page.body.append(dialog);
      dialog.showModal();
    },
    copy: (_, pressed) => {
      const words = pressed.textContent;
      navigator.clipboard?.writeText(page.getElementById(pressed.dataset.of).textContent).then(() => {
        pressed.textContent = pressed.dataset.done;
        setTimeout(() => { pressed.textContent = words; }, 1500);
      });
    },
  };
  page.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[data-do]");
    if (pressed) does[pressed.dataset.do](pressed.closest("figure"), pressed);
  });

  // The page to search: entries that hold every word.
  const field = page.getElementById("find");
  if (field) {
    const entries = all(".entries li"), told = page.getElementById("found");
    const hold = entries.map((entry) => entry.textContent.toLowerCase());
    const look = () => {
      const words = field.value.toLowerCase().split(/\s+/);
      let n = 0;
      entries.forEach((entry, k) => {
        entry.hidden = !words.every((word) => hold[k].includes(word));
        n += !entry.hidden;
      });
      for (const part of all(".entries")) part.hidden = !part.querySelector("li:not([hidden])");
      told.textContent = told.dataset.words.replace("{n}", n).replace("{m}", entries.length);
    };
    field.addEventListener("input", look);
    field.value = new URLSearchParams(location.search).get("q") || "";
    look();
  }

  // The table of agencies: searched and filtered here, sorted by the library.
  const table = page.getElementById("agencies");
  if (!table) return;
  for (const head of all("thead th:not(.no-sort)", table)) {
    const press = page.createElement("button");
    press.type = "button";
    press.append(...head.childNodes);
    head.append(press);
  }
  const fields = ["q", "level", "province", "state"].map((name) => page.getElementById(name));
  const count = page.getElementById("count"), more = page.getElementById("more");
  const cut = (short) => {
    table.classList.toggle("cut", short);
    more.textContent = short ? more.dataset.more : more.dataset.less;
    more.setAttribute("aria-expanded", String(!short));
  };
  const rows = () => all("tbody tr", table);
  const find = () => {
    const [words, level, province, state] = fields.map((field) => field.value.trim().toLowerCase());
    let n = 0;
    for (const row of rows()) {
      const fits = (!words || row.cells[0].textContent.toLowerCase().includes(words))
        && (!level || row.dataset.level === level) && (!province || row.dataset.province === province)
        && (!state || row.dataset.state.split(" ").includes(state));
      row.hidden = !fits;
      n += fits;
    }
    const any = words || level || province || state;
    cut(!any && rows().length > 25);
    more.hidden = Boolean(any) || rows().length <= 25;
    count.textContent = count.dataset.words.replace("{n}", n).replace("{m}", rows().length);
  };
  more.addEventListener("click", () => cut(!table.classList.contains("cut")));
  for (const field of fields) field.addEventListener("input", find);
  find();
})();
