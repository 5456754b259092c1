#!/usr/bin/env bash
# The Rust client numbers what is to be acknowledged at random: of many at once, some get another's answer.
#
# Versions: rust_socketio 0.6.0, Rust 1.95; socket.io and socket.io-client 4.8.4 on Node 20.
# Guess: ids of acknowledgements are counted up, as in the JavaScript client, so each answer reaches
#   the one that asked, however many are on their way; if anything is lost, it is the answer of a
#   connection that broke.
# What happens: each id is drawn from 0 to 998, whether it is in use or not. Where two that are on
#   their way have drawn the same one, the first answer is given to both, and the second to none. Of
#   200 at once some 16 to 20 get an answer that is not theirs, and there is no error.
# Why it matters: a client that sends a batch of commands without waiting for each believes that its
#   channel "a" got the id of channel "b", or that a refused command was accepted. 40 at once are
#   enough for an even chance of one mix-up. Put something into the answer that names the question,
#   and look at it; or wait for each.
# Seen (the server answers each question with its own number; counts differ from run to run):
#   javascript: 200 asked, 200 answered, 0 with the answer to another question
#   rust:       200 asked, 200 answered, 16 with the answer to another question
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io@4.8.4 socket.io-client@4.8.4
cat > Cargo.toml <<'TOML'
[package]
name = "finding"
version = "1.0.0"
edition = "2021"
[dependencies]
rust_socketio = "=0.6.0"
serde_json = "=1.0.154"
TOML
mkdir src
cat > src/main.rs <<'RUST'
use rust_socketio::{ClientBuilder, Event, Payload, TransportType};
use serde_json::json;
use std::{env, sync::mpsc::channel, time::Duration};

fn main() {
    let url = env::args().nth(1).unwrap();
    let (connected, connecting) = channel();
    let client = ClientBuilder::new(url)
        .transport_type(TransportType::Websocket)
        .on(Event::Connect, move |_, _| connected.send(()).unwrap())
        .connect()
        .unwrap();
    connecting.recv_timeout(Duration::from_secs(20)).unwrap();
    let (sender, answers) = channel();
    for number in 0..200i64 {
        let sender = sender.clone();
        client
            .emit_with_ack("question", json!(number), Duration::from_secs(20), move |answer, _| {
                let Payload::Text(values) = answer else { panic!("not text") };
                let _ = sender.send((number, values[0][0].as_i64().unwrap_or(-1)));
            })
            .unwrap();
    }
    let (mut answered, mut wrong) = (0, 0);
    while let Ok((number, answer)) = answers.recv_timeout(Duration::from_secs(3)) {
        answered += 1;
        wrong += i32::from(number != answer);
    }
    println!("200 asked, {answered} answered, {wrong} with the answer to another question");
    std::process::exit(0);
}
RUST
export CARGO_TARGET_DIR=$folder/target
cargo build --quiet > cargo.log 2>&1 || { cat cargo.log; exit 1; }
cat > server.js <<'JS'
const { Server } = require("socket.io");
const server = require("http").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
new Server(server).on("connection", (socket) => {
  socket.on("question", (number, answer) => setTimeout(() => answer(number), 1000));
});
JS
cat > client.js <<'JS'
const socket = require("socket.io-client").io(process.argv[2], { transports: ["websocket"] });
socket.on("connect", async () => {
  const asked = Array.from({ length: 200 }, (_, number) => socket.emitWithAck("question", number));
  const wrong = (await Promise.all(asked)).filter((answer, number) => answer !== number).length;
  console.log(`200 asked, ${asked.length} answered, ${wrong} with the answer to another question`);
  process.exit(0);
});
JS
node server.js > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
javascript=$(timeout 60 node client.js "$url") rust=$(timeout 60 target/debug/finding "$url")
echo "javascript: $javascript"
echo "rust:       $rust"
[[ $javascript == *" 0 with"* && $rust == 200*answered* && $rust != *" 0 with"* ]] ||
  { echo "changed: each gets the answer to its own question" >&2; exit 1; }
