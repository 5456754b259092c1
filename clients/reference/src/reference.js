// The page at /docs: both documents of the service, in Scalar's reference. Where they are, the page says;
// what would lead to another host, or keep something beyond the tab, is off.
import "./strict.js";
import { createApiReference } from "@scalar/api-reference";
import "@scalar/api-reference/style.css";
import "./page.css";

const place = document.getElementById("reference");

/** Without HEAD, which is answered as GET is and would double the list. */
function withoutHeads(document) {
  for (const path of Object.values(document.paths)) delete path.head;
  return document;
}

async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

const [openapi, asyncapi] = await Promise.all([fetched(place.dataset.openapi), fetched(place.dataset.asyncapi)]);
place.replaceChildren();

createApiReference(place, {
  sources: [
    { title: "HTTP", slug: "http", content: withoutHeads(openapi), default: true },
    { title: "Sockets", slug: "sockets", content: asyncapi },
  ],
  defaultOpenAllTags: true,
  documentDownloadType: "none", // the page leads to both as they are served
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  persistAuth: false,
  proxyUrl: "",
  showDeveloperTools: "never",
  telemetry: false,
  withDefaultFonts: false,
});
