/** The console begins: signs in with the link, if it was opened with one, and shows the page. */
import "uplot/dist/uPlot.min.css";
import "./console.css";
import { render } from "preact";
import { signInWithLink } from "./session.ts";
import { Shell } from "./shell.tsx";

const place = document.getElementById("console");
if (place === null) throw new Error("the page has no place for the console");
// The link may be opened in a tab that shows the console already.
addEventListener("hashchange", () => void signInWithLink());
await signInWithLink();
render(<Shell />, place);
