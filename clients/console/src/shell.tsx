/** What is around each page: who is signed in, the way to the pages, and whether the service answers. */
import { useEffect, useRef } from "preact/hooks";
import { awaySince } from "./api.ts";
import { ChannelPage } from "./channels/channel_page.tsx";
import { ChannelsPage } from "./channels/channels_page.tsx";
import { ConnectionsPage } from "./connections/connections_page.tsx";
import { EventPage } from "./log/event_page.tsx";
import { LogPage } from "./log/log_page.tsx";
import { NodesPage } from "./nodes/nodes_page.tsx";
import { ProjectionsPage } from "./projections/projections_page.tsx";
import { type Route, to, useRoute } from "./route.ts";
import { signOut, token } from "./session.ts";
import { SignIn } from "./sign_in.tsx";
import { useStore } from "./store.ts";
import { WebhooksPage } from "./webhooks/webhooks_page.tsx";

const PAGES = [
  ["log", "Log"],
  ["channels", "Channels"],
  ["connections", "Connections"],
  ["projections", "Projections"],
  ["webhooks", "Webhooks"],
  ["nodes", "Nodes"],
] as const;

export function Shell() {
  const isSignedIn = useStore(token) !== null;
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = isSignedIn ? [route.page, ...route.rest].join("/") : "";
  const last = useRef(place);
  useEffect(() => {
    const name = PAGES.find(([page]) => page === route.page)?.[1];
    document.title = isSignedIn && name ? `${name} · Kanal console` : "Kanal console";
    // Who reads with a screen reader, or without a mouse, goes on at the new page's heading.
    if (last.current !== place) main.current?.querySelector<HTMLElement>("h1")?.focus();
    last.current = place;
  }, [place]);
  return (
    <>
      <header>
        <a
          class="skip"
          href={`${location.hash || "#/log"}`}
          onClick={(event) => skip(event, main.current)}
        >
          Skip to the page
        </a>
        <span class="brand">Kanal console</span>
        {isSignedIn && (
          <>
            <nav aria-label="Pages">
              {PAGES.map(([page, name]) => (
                <a
                  key={page}
                  href={to([page])}
                  aria-current={route.page === page ? "page" : undefined}
                >
                  {name}
                </a>
              ))}
            </nav>
            <button
              type="button"
              class="quiet"
              onClick={() => signOut("You are signed out of this tab.")}
            >
              Sign out
            </button>
          </>
        )}
      </header>
      <Reach />
      <main ref={main}>{isSignedIn ? <Page key={place} route={route} /> : <SignIn />}</main>
    </>
  );
}

function skip(event: Event, main: HTMLElement | null): void {
  event.preventDefault();
  main?.querySelector<HTMLElement>("h1")?.focus();
}

function Reach() {
  const since = useStore(awaySince);
  return (
    <div class="reach" role="status">
      {since !== null && (
        <p>
          The service has not answered since {since.toLocaleTimeString("en-GB")}. What you see is
          from before; this page tries again each second.
        </p>
      )}
    </div>
  );
}

function Page({ route }: { route: Route }) {
  const [first] = route.rest;
  switch (route.page) {
    case "log":
      return first === undefined ? (
        <LogPage query={route.query} />
      ) : (
        <EventPage position={first} query={route.query} />
      );
    case "channels":
      return first === undefined ? (
        <ChannelsPage query={route.query} />
      ) : (
        <ChannelPage id={first} query={route.query} />
      );
    case "connections":
      return <ConnectionsPage query={route.query} />;
    case "projections":
      return <ProjectionsPage />;
    case "webhooks":
      return <WebhooksPage />;
    case "nodes":
      return <NodesPage />;
    default:
      return (
        <>
          <h1 tabIndex={-1}>There is no such page</h1>
          <p>
            Go on with the <a href={to(["log"])}>log</a>.
          </p>
        </>
      );
  }
}
