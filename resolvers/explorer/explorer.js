"use strict";

const $ = (id) => document.getElementById(id);
const demo = "demo" in document.body.dataset;
const demoPassword = $("sign-in").elements.password.defaultValue;

// make builds an element. Children are elements or text; text is never read as HTML.
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// ---- Talking to the server

// operations, the page's own by name, stand above this script.

// session is {username, name, accessToken, accessTokenExpiresAt, refreshToken}. It lives in this variable alone.
let session = null;

// send asks once, in the name of whoever the token belongs to.
async function send(query, variables, token) {
  const headers = {
    "Content-Type": "application/json", "Accept": "application/graphql-response+json, application/json, text/event-stream",
    "Accept-Language": $("language").value,
  };
  if (token) headers.Authorization = "Bearer " + token;
  const started = performance.now();
  const body = JSON.stringify({ query, variables });
  const response = await fetch("graphql", { method: "POST", headers, body }).catch(() => {
    throw new Error("The server cannot be reached.");
  });
  if (response.headers.get("Content-Type")?.startsWith("text/event-stream")) return { status: response.status, stream: response.body };
  const text = await response.text();
  const reply = { status: response.status, took: performance.now() - started };
  try {
    reply.answer = JSON.parse(text);
  } catch {
    reply.answer = { errors: [{ message: text || "The server sent an empty answer." }] };
  }
  return reply;
}

// events gives what a stream tells until it ends. Each event is "event: next", its data and an empty line.
async function* events(reader) {
  for (let text = "", part; !(part = await reader.read()).done;) {
    const whole = (text + part.value).split("\n\n");
    text = whole.pop();
    for (const event of whole) {
      const [, data] = event.match(/^event: next\ndata: (.*)$/) ?? [];
      if (data) yield JSON.parse(data);
    }
  }
}

// ask asks as the account signed in, with fresh tokens when the old ones have expired.
async function ask(query, variables) {
  if (session && Date.parse(session.accessTokenExpiresAt) < Date.now() + 10_000) await refresh();
  const reply = await send(query, variables, session?.accessToken);
  if (reply.status !== 401 || !session) return reply;
  await refresh();
  return send(query, variables, session?.accessToken);
}

// A refresh token works once, so that everyone who needs new tokens waits for the same refresh.
let refreshing = null;
const refresh = () => refreshing ??= trade().finally(() => { refreshing = null; });

async function trade() {
  const old = session;
  const { answer } = await send(operations.refresh, { input: { refreshToken: old.refreshToken } });
  const traded = answer.data?.refreshSession?.session;
  if (!traded) {
    if (session === old) enter(null);
    throw new Error("The session has ended. Sign in again.");
  }
  Object.assign(old, traded);
}

async function signIn(username, password) {
  await signOut();
  const { answer } = await send(operations.signIn, { input: { username, password } });
  const signedIn = answer.data?.signIn;
  if (!signedIn) throw new Error(answer.errors[0].message);
  const { account, roles } = signedIn.viewer;
  const name = [account.username, account.person?.fullName, [...new Set(roles.map((r) => r.role))].join(", ")];
  enter({ ...signedIn.session, username: account.username, name: name.filter(Boolean).join(" · ") });
}

async function signOut() {
  if (!session) return;
  const { refreshToken } = session;
  enter(null);
  await send(operations.signOut, { input: { refreshToken } });
}

// enter shows who is signed in from now on; null is nobody.
function enter(next) {
  session = next;
  $("who").textContent = session ? "Signed in: " + session.name : "Not signed in";
  $("sign-out").hidden = !session;
  for (const button of document.querySelectorAll("[data-username]")) {
    button.setAttribute("aria-pressed", button.dataset.username === session?.username);
  }
  if (session) readSchema();
}

// attempt does something once what was attempted before is over, and tells when it fails.
let attempted = Promise.resolve();
function attempt(act) {
  attempted = attempted.then(act).then(() => "", (error) => error.message).then((failure) => {
    $("notice").textContent = failure;
    $("notice").hidden = !failure;
  });
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const { username, password } = event.target.elements;
  attempt(async () => {
    await signIn(username.value, password.value);
    event.target.reset();
    $("account").open = false;
  });
});
$("sign-out").addEventListener("click", () => attempt(async () => {
  clear();
  $("account").open = false;
  await signOut();
}));
for (const button of document.querySelectorAll("[data-username]")) {
  button.addEventListener("click", () => attempt(() => signIn(button.dataset.username, demoPassword)));
}

// ---- Asking

let asked = 0;

// run asks what stands in the editor. Of several under way only the last is shown.
async function run() {
  const mine = ++asked;
  leave();
  $("run").disabled = true;
  $("status").textContent = "Asking …";
  let reply;
  try {
    const variables = JSON.parse($("variables").value.trim() || "{}");
    reply = await ask($("query").value, variables);
  } catch (error) {
    const message = error instanceof SyntaxError ? "The variables are not JSON: " + error.message : error.message;
    reply = { answer: { errors: [{ message }] } };
  }
  if (mine !== asked) {
    reply.stream?.cancel();
    return;
  }
  $("run").disabled = false;
  if (reply.stream) return watch(reply);
  show(reply);
}

// following reads the stream that is shown, if one is.
let following = null;

// watch shows each event of a subscription as it comes, until something else is asked.
async function watch({ status, stream }) {
  following = stream.pipeThrough(new TextDecoderStream()).getReader();
  const mine = following;
  let told = 0;
  $("status").textContent = "Waiting for events …";
  try {
    for await (const answer of events(mine)) show({ status, answer, told: ++told });
  } catch (error) {
    show({ answer: { errors: [{ message: "The stream broke off: " + error.message }] } });
  }
  if (mine === following) $("status").textContent += " · ended";
}

// leave ends the stream that is shown.
function leave() {
  following?.cancel();
  following = null;
}

// clear takes away what may not be meant for whoever comes next, answers under way included.
function clear() {
  asked++;
  leave();
  $("run").disabled = false;
  $("result").classList.remove("failed");
  $("answer").textContent = $("errors").textContent = "";
  $("status").textContent = "Signed out.";
}

function show({ status, took, answer, told }) {
  const errors = answer.errors ?? [];
  $("result").classList.toggle("failed", errors.length > 0);
  $("status").textContent = [
    status ? "HTTP " + status : "not sent", took === undefined ? "" : Math.round(took) + " ms", told ? "event " + told : "",
    errors.length ? `${errors.length} error${errors.length > 1 ? "s" : ""}` : "",
  ].filter(Boolean).join(" · ");
  $("errors").replaceChildren(...errors.map(describe));
  $("answer").replaceChildren(...coloured(JSON.stringify(answer, null, 2)));
  $("answer").scrollTop = 0;
}

// describe puts an error into a line: its code, what it says and where; below it each rule that was broken.
function describe({ message, path, locations, extensions }) {
  const where = path?.join(".") ?? locations?.map(({ line, column }) => `line ${line}, column ${column}`).join("; ") ?? "";
  const item = make("li", {}, make("b", {}, extensions?.code ?? "Error"), " ", message, " ", make("code", {}, where));
  for (const violation of extensions?.violations ?? []) {
    item.append(make("div", {}, make("code", {}, violation.path), " ", violation.message === message ? "" : violation.message));
  }
  return item;
}

// coloured cuts JSON into pieces marked by what they are.
function* coloured(json) {
  let end = 0;
  for (const match of json.matchAll(/"(?:\\.|[^"\\])*"(?=(:?))|-?\b(?:true|false|null|\d[\d.eE+-]*)/g)) {
    yield json.slice(end, match.index);
    const kind = match[0][0] !== '"' ? "literal" : match[1] ? "key" : "string";
    yield make("span", { className: kind }, match[0]);
    end = match.index + match[0].length;
  }
  yield json.slice(end);
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});

for (const editor of [$("query"), $("variables")]) {
  let leaving = false; // Esc lets the next Tab move on, for those who have no mouse
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      $("ask").requestSubmit();
    } else if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      // The old command keeps the step in the undo history, which setRangeText does not.
      document.execCommand("insertText", false, "  ") || editor.setRangeText("  ", editor.selectionStart, editor.selectionEnd, "end");
    }
    leaving = event.key === "Escape";
  });
}

for (const button of document.querySelectorAll("[data-query]")) {
  button.addEventListener("click", () => attempt(async () => {
    for (const other of document.querySelectorAll("[data-query][aria-current]")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    $("query").value = button.dataset.query;
    $("query").scrollTo(0, 0);
    $("variables").value = "";
    if (matchMedia("(max-width: 759px)").matches) $("result").scrollIntoView();
    const { account } = button.closest("details").dataset;
    if (account === "") await signOut();
    else if (account && account !== session?.username) await signIn(account, demoPassword);
    run();
  }));
}

// ---- The schema

const kinds = {
  OBJECT: "Types", INTERFACE: "Interfaces", UNION: "Unions", ENUM: "Enumerations", INPUT_OBJECT: "Inputs", SCALAR: "Scalars",
};

// schema is its types by name.
let schema = null;

async function readSchema() {
  if (schema) return;
  try {
    const { answer } = await ask(operations.introspection);
    if (!answer.data) throw new Error(answer.errors[0].message);
    const types = answer.data.__schema.types.filter((type) => !type.name.startsWith("__"));
    schema = new Map(types.sort((a, b) => a.name.localeCompare(b.name)).map((type) => [type.name, type]));
    browse();
  } catch (error) {
    $("docs").textContent = "The schema cannot be read: " + error.message;
  }
}

const link = (path, text = path) => make("a", { href: "#" + path }, text);
const list = (className, items) => make("ul", { className }, ...items.map((item) => make("li", {}, ...[item].flat())));
const members = (type) => type.fields ?? type.inputFields ?? type.enumValues ?? [];

// prose is a description with its `code` marked.
const prose = (text) => make("p", {}, ...(text ?? "").split("`").map((part, i) => i % 2 ? make("code", {}, part) : part));

// typed is a type as written in the language of the schema, with a link.
function typed(ref) {
  if (ref.kind === "NON_NULL") return [...typed(ref.ofType), "!"];
  if (ref.kind === "LIST") return ["[", ...typed(ref.ofType), "]"];
  return [link(ref.name)];
}

// member is a field, an argument or a value of an enumeration, with what it takes.
function member(one, owner) {
  const line = make("code", {}, owner ? link(owner + "." + one.name, one.name) : one.name);
  if (one.type) line.append(": ", ...typed(one.type));
  if (one.defaultValue) line.append(" = " + one.defaultValue);
  const parts = [line, prose(one.description)];
  if (one.deprecationReason) parts.push(prose("Deprecated: " + one.deprecationReason));
  if (one.args?.length) parts.push(list("", one.args.map((argument) => member(argument))));
  return parts;
}

// browse shows what the address names after its #: nothing for the index, a type, or one field of it.
function browse() {
  if (!schema) return;
  const [name, field] = location.hash.slice(1).split(".");
  const type = schema.get(name);
  const found = $("search").value.trim();
  $("docs").replaceChildren(...(found ? matches(found) : type ? page(type, field) : index()));
}

function index() {
  const blocks = [];
  for (const root of ["Query", "Mutation", "Subscription"]) {
    const fields = [...schema.get(root)?.fields ?? []].sort((a, b) => a.name.localeCompare(b.name));
    if (fields.length) blocks.push(make("h3", {}, link(root)), list("names", fields.map((f) => link(root + "." + f.name, f.name))));
  }
  for (const [kind, title] of Object.entries(kinds)) {
    const types = [...schema.values()].filter((type) => type.kind === kind);
    if (types.length) blocks.push(make("h3", {}, title), list("names", types.map((type) => link(type.name))));
  }
  return blocks;
}

function page(type, field) {
  const title = field ? [link(type.name), "." + field] : [type.name];
  const blocks = [make("p", {}, link("", "All of the schema")), make("h3", { tabIndex: -1 }, ...title)];
  if (!field) {
    blocks.push(make("p", {}, kinds[type.kind].replace(/s$/, "")), prose(type.description));
    for (const [word, others] of [["Is a ", type.interfaces], ["One of ", type.possibleTypes]]) {
      if (others?.length) blocks.push(make("p", {}, word, ...others.flatMap((other, i) => [i ? ", " : "", link(other.name)])));
    }
  }
  const shown = members(type).filter((one) => !field || one.name === field);
  return [...blocks, list("fields", shown.map((one) => member(one, field ? "" : type.name)))];
}

// fold drops case and Vietnamese marks.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

// matches lists types and fields by how well they fit: the name itself, its start, a part of it, the description; of
// equals, what one can ask for comes before what it consists of.
function matches(text) {
  const wanted = fold(text);
  const all = [];
  const add = (path, { name, description }, inner) => {
    const folded = fold(name);
    const fits = [folded === wanted, folded.startsWith(wanted), folded.includes(wanted), fold(description ?? "").includes(wanted)].indexOf(true);
    if (fits >= 0) all.push({ path, description, place: 2 * fits + inner });
  };
  for (const type of schema.values()) {
    add(type.name, type, 0);
    for (const one of members(type)) add(type.name + "." + one.name, one, ["Query", "Mutation"].includes(type.name) ? 0 : 1);
  }
  const best = all.sort((a, b) => a.place - b.place).slice(0, 100);
  return [
    make("p", {}, all.length > best.length ? `The best ${best.length} of ${all.length}` : `${all.length} found`),
    list("fields", best.map(({ path, description }) => [make("code", {}, link(path)), prose(description)])),
  ];
}

function follow() {
  $("search").value = "";
  browse();
  document.querySelector("#docs h3")?.focus();
}

addEventListener("hashchange", follow);
$("docs").addEventListener("click", (event) => {
  if (event.target.closest("a")?.hash === location.hash) follow(); // the address stays as it is
});
$("search").addEventListener("input", browse);
$("language").value = navigator.language.startsWith("en") ? "en" : "vi";
if (demo) readSchema();
