// Changes of the coding: sent one after the other, each with the newest version, so that quick keys never overtake an answer.
const PANE = "#coded";
let chain = Promise.resolve();

const version = () => document.getElementById("coding-version")?.value ?? "0";
const base = () => document.querySelector("[data-coding]").dataset.base;

async function post(url, values) {
  await htmx.ajax("POST", url, { target: PANE, swap: "outerHTML", values: { ...values, version: version() } });
}

// url: text, or a function that is asked when its turn comes and may answer "" to drop the step.
export function send(url, values = {}) {
  const turn = chain.then(() => {
    const address = typeof url === "function" ? url() : url;
    return address ? post(address, values) : undefined;
  });
  chain = turn.catch((refused) => console.info("The server did not take a change.", refused));
  return chain;
}

// Someone else was faster (409): show the newest state under the toast that says so.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 409 || event.detail.target?.id !== "coded") return;
  htmx.ajax("GET", `${base()}pane`, { target: PANE, swap: "outerHTML" });
});
