// The page: a question, its quotes, the article that a quote stands in.  What is asked stands in the address, so that it can be
// kept, sent, and gone back to.  Everything from outside is put in as text, never as markup.

const at = (id) => document.getElementById(id);
const FILTERS = ["since", "until", "publisher", "language", "collection"];
let texts = {};
let topic = ""; // what the conversation is about: the next question may go on from it
let before = ""; // what it was about when the last question was asked: to write its answer up, it is asked once more
let writes = false; // whether the server has a language model that writes
let shown = ""; // the question and filters whose answer is on the page
let asking = null; // cancels the question before, when another is asked

const said = (name, values = {}) =>
  (texts[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === "") continue;
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// --- the server

async function call(path, options = {}) {
  const token = sessionStorage.getItem("token");
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === 401) {
    await enter();
    return call(path, options);
  }
  if (!answer.ok) {
    const why = await answer.json().catch(() => ({}));
    throw new Error(why.error ?? `${answer.status}`);
  }
  return answer;
}

let entering = null; // several calls may find out at once that a token is wanted
function enter() {
  entering ??= new Promise((resolve) => {
    const dialog = at("entry");
    dialog.addEventListener("close", () => {
      sessionStorage.setItem("token", at("token").value.trim());
      at("token").value = "";
      entering = null;
      resolve();
    }, { once: true });
    dialog.showModal();
  });
  return entering;
}

// --- an answer

// The text with what was asked for marked.  Offsets count characters, as Python does, not the halves of which JavaScript makes them.
function marked(text, start, marks) {
  const characters = Array.from(text);
  const parts = [];
  let last = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const [begin, end] = [from - start, to - start];
    if (begin < last || end > characters.length) continue;
    parts.push(characters.slice(last, begin).join(""), element("mark", {}, characters.slice(begin, end).join("")));
    last = end;
  }
  return [...parts, characters.slice(last).join("")];
}

const day = (published) => {
  if (!published) return "";
  const [year, month, date] = published.slice(0, 10).split("-").map(Number);
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date(year, month - 1, date));
};

function origin(article, span) {
  const to = new URLSearchParams(location.hash.slice(1));
  to.set("article", article.id);
  if (span) to.set("at", span.join("-"));
  const title = element("a", { href: `#${to}`, lang: article.language, dir: "auto" }, article.title || article.id);
  const known = [article.publisher, day(article.published), article.collection].filter(Boolean);
  return [title, ...known.map((part) => element("span", { dir: "auto" }, part))];
}

function quoteOf(citation, first) {
  const { article, quote, start, end, marks } = citation;
  const block = element("blockquote", { lang: article.language, dir: "auto" }, ...marked(quote, start, marks));
  const number = element("span", { className: "number" }, `[${citation.n}]`);
  return element(
    "article",
    { className: first ? "quote first" : "quote", "aria-label": said("quote", { n: citation.n }) },
    block,
    element("p", { className: "origin" }, number, ...origin(article, [start, end])),
  );
}

function answerOf(answer) {
  const { words } = answer;
  const parts = words.notes.map((note) => element("p", { className: "notes", dir: "auto" }, note));
  if (words.said) parts.push(element("p", { className: "said", dir: "auto" }, words.said));
  if (words.agreement) {
    parts.push(element("p", { className: answer.agreement === "differ" ? "differ" : "agree", dir: "auto" }, words.agreement));
  }
  parts.push(...answer.citations.map((citation, place) => quoteOf(citation, place === 0)));
  if (answer.written) parts.unshift(writtenOf(answer));
  else if (writes && answer.answered && answer.purpose === "answer") parts.push(writeButton());
  if (words.support) parts.push(element("p", { className: "support", dir: "auto" }, words.support));
  if (!answer.answered && answer.nearest.length) {
    const items = answer.nearest.map((article) => element("li", {}, element("p", { className: "origin" }, ...origin(article))));
    parts.push(element("h2", { className: "notes" }, said("nearest")), element("ul", {}, ...items));
  }
  return parts;
}

function writtenOf(answer) {
  const sentences = answer.written.sentences.flatMap(({ text, cites }) => [text, ...cites.map((n) => ` [${n}]`), " "]);
  const note = answer.words.written ? [element("p", { className: "notes" }, answer.words.written)] : [];
  return element("div", { className: "written", dir: "auto" }, element("p", {}, ...sentences), ...note);
}

function writeButton() {
  const button = element("button", { type: "button", id: "write" }, said("write"));
  button.addEventListener("click", () => ask(new URLSearchParams(location.hash.slice(1)), true));
  return button;
}

async function ask(wanted, write = false) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  busy(true);
  if (write) at("state").textContent = said("writing");
  const body = { question: wanted.get("q"), topic: write ? before : topic, interface_language: document.documentElement.lang };
  for (const name of FILTERS) if (wanted.get(name)) body[name] = wanted.get(name);
  if (write) body.write = true;
  else before = topic;
  try {
    const options = { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal };
    const answer = await (await call("ask", options)).json();
    topic = answer.topic;
    at("answer").replaceChildren(...answerOf(answer));
    at("state").textContent = said("found", { n: answer.citations.length });
  } catch (error) {
    if (error.name === "AbortError") return;
    at("answer").replaceChildren();
    at("state").textContent = said("failed", { why: error.message });
  }
  busy(false);
}

function busy(is) {
  at("answer").ariaBusy = String(is);
  if (is) at("state").textContent = said("looking");
}

// --- an article, opened at its quote

async function open(id, span) {
  try {
    const article = await (await call(`articles/${encodeURIComponent(id)}`)).json();
    at("title").textContent = article.title || article.id;
    at("title").lang = at("text").lang = article.language ?? "";
    const known = [article.publisher, day(article.published)].filter(Boolean).join(" · ");
    const original = /^https?:/.test(article.url ?? "")
      ? [" · ", element("a", { href: article.url, rel: "noreferrer noopener", target: "_blank" }, said("original"))]
      : [];
    at("origin").replaceChildren(known, ...original);
    at("text").replaceChildren(...marked(article.text, 0, span ? [span] : []));
    if (!at("article").open) at("article").showModal();
    at("title").focus();
    at("text").querySelector("mark")?.scrollIntoView({ block: "center" });
  } catch (error) {
    at("state").textContent = said("failed", { why: error.message });
  }
}

// --- the address says what is on the page

async function follow() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  at("question").value = wanted.get("q") ?? at("question").value;
  for (const name of FILTERS) {
    const field = at(name);
    const value = wanted.get(name) ?? "";
    if (field.options && value && ![...field.options].some((option) => option.value === value)) field.append(new Option(value, value));
    field.value = value;
  }
  const bounds = FILTERS.filter((name) => wanted.get(name));
  at("narrowed").textContent = bounds.map((name) => at(name).selectedOptions?.[0].text ?? wanted.get(name)).join(", ");
  if (bounds.length) at("filters").open = true;
  const question = String(new URLSearchParams(["q", ...FILTERS].map((name) => [name, wanted.get(name) ?? ""])));
  if (wanted.get("q") && question !== shown) {
    shown = question;
    await ask(wanted);
  }
  if (wanted.get("article")) {
    const span = (wanted.get("at") ?? "").split("-").map(Number);
    await open(wanted.get("article"), span.length === 2 && span.every(Number.isInteger) ? span : null);
  } else if (at("article").open) at("article").close();
}

function submit() {
  const wanted = new URLSearchParams();
  for (const name of ["question", ...FILTERS]) if (at(name).value.trim()) wanted.set(at(name).name, at(name).value.trim());
  if (!wanted.get("q")) return;
  busy(true);
  shown = "";
  if (location.hash === `#${wanted}`) follow();
  else location.hash = wanted;
}

// --- what there is, and its update

async function figures() {
  const status = await (await call("status")).json();
  writes = status.writes;
  const days = status.since ? `${day(status.since)} – ${day(status.until)}` : "";
  at("figures").textContent = [said("articles", { n: status.articles.toLocaleString(document.documentElement.lang) }), days].filter(Boolean).join(" · ");
  if (status.indexing) await progress();
}

async function choices() {
  const sources = await (await call("sources")).json();
  const any = () => new Option(said("any"), "");
  const names = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
  const named = (code) => { try { return names.of(code); } catch { return code; } };
  at("publisher").replaceChildren(any(), ...sources.publishers.filter((one) => one.publisher).map((one) => new Option(`${one.publisher} (${one.articles})`, one.publisher)));
  at("language").replaceChildren(any(), ...sources.languages.map((one) => new Option(named(one.language), one.language)));
  at("collection").replaceChildren(any(), ...sources.collections.map((one) => new Option(`${one.collection} (${one.articles})`, one.collection)));
  at("within").hidden = sources.collections.length < 2;
}

async function update() {
  try {
    await call("index", { method: "POST" });
    await progress();
  } catch (error) {
    at("updated").textContent = said("failed", { why: error.message });
  }
}

// Server-sent events, read by hand: an EventSource cannot show a token.
async function progress() {
  at("update").disabled = true;
  const reader = (await call("index/progress")).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) heard(event);
  }
  at("update").disabled = false;
  await Promise.all([figures(), choices()]);
}

function heard(event) {
  const [, name] = event.match(/^event: (\w+)$/m) ?? [];
  const [, data] = event.match(/^data: (.*)$/m) ?? [];
  if (!name) return;
  const told = JSON.parse(data);
  if (name === "progress") at("updated").textContent = told.step === "looking" ? said("looking") : said("updating", { files: told.files, total: told.files_total, encoded: told.encoded });
  if (name === "done") at("updated").textContent = said("updated", { added: told.added, changed: told.changed, removed: told.removed, skipped: told.skipped });
  if (name === "failed") at("updated").textContent = said("failed", { why: told.error });
}

// --- begin

async function begin() {
  const chosen = new URLSearchParams(location.search).get("language");
  const spoken = await (await call(`texts${chosen ? `?language=${encodeURIComponent(chosen)}` : ""}`)).json();
  texts = spoken.texts;
  document.documentElement.lang = spoken.language;
  document.documentElement.dir = spoken.direction;
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = said(place.dataset.text);
  for (const place of document.querySelectorAll("[data-label]")) place.setAttribute("aria-label", said(place.dataset.label));
  at("question").placeholder = said("placeholder");
  at("form").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  at("clear").addEventListener("click", () => { for (const name of FILTERS) at(name).value = ""; submit(); });
  at("update").addEventListener("click", update);
  at("close").addEventListener("click", () => at("article").close());
  at("article").addEventListener("close", () => {
    const left = new URLSearchParams(location.hash.slice(1));
    if (!left.has("article")) return;
    left.delete("article");
    left.delete("at");
    location.hash = left;
  });
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey && !at("article").open) {
      event.preventDefault();
      at("question").focus();
      at("question").select();
    }
  });
  window.addEventListener("hashchange", follow);
  await choices();
  await figures();
  await follow();
}

begin().catch((error) => { at("state").textContent = error.message; });
