// Access tokens on the page for programmers: made, listed, taken back.

const place = document.querySelector(".tokens");
const said = place ? JSON.parse(place.dataset.said) : {};

async function ask(method, path = "", body = undefined) {
  const answer = await fetch(`tokens${path}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.error ?? String(answer.status));
  return value;
}

function made(tag, text = "", inside = []) {
  const element = document.createElement(tag);
  element.textContent = text;
  element.append(...inside);
  return element;
}

const day = (time) => new Date(time).toLocaleDateString("en", { dateStyle: "medium" });

function row(token) {
  const facts = [
    token.role,
    token.coach === place.dataset.coach ? "" : said.of.replace("{}", token.coach),
    token.ends_at ? said.ends.replace("{}", day(token.ends_at)) : "",
    token.used_at ? said.used.replace("{}", day(token.used_at)) : said.unused,
  ];
  const drop = made("button", said.drop);
  drop.setAttribute("aria-label", `${said.drop}: ${token.name}`);
  drop.addEventListener("click", () => doing(async () => {
    await ask("DELETE", `/${token.id}`);
    place.querySelector(".fresh").replaceChildren();
    await list();
    place.querySelector("input").focus();
  }));
  return made("li", "", [made("span", `${token.name}: ${facts.filter(Boolean).join(" · ")}`), drop]);
}

async function list() {
  const { tokens } = await ask("GET");
  place.querySelector("ul").replaceChildren(...(tokens.length ? tokens.map(row) : [made("li", said.none)]));
}

async function make(form) {
  const days = Number(form.get("days")) || undefined;
  const token = await ask("POST", "", { name: form.get("name"), role: form.get("role"), days });
  place.querySelector(".fresh").replaceChildren(made("p", said.copy), made("code", token.token));
  place.querySelector("form").reset();
  await list();
}

async function doing(work) {
  const told = place.querySelector(".told");
  told.hidden = true;
  try {
    await work();
  } catch (trouble) {
    told.textContent = trouble.message;
    told.hidden = false;
  }
}

if (place) {
  place.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    doing(() => make(new FormData(event.target)));
  });
  doing(list);
}
