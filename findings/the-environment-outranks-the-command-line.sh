#!/usr/bin/env bash
# An option that node-gyp is given on its command line does nothing where the environment has another value for it.
#
# Versions: node-gyp 12.4.0, npm 10.9.4; Node, Python 3.11.
# Guess: the command line outranks the environment, as it does in npm, whose variables these are.
# What happens: node-gyp reads its arguments, and then writes each `npm_config_…` of the environment over them, without
#   a word. `--nodedir=one` beside `npm_config_nodedir=two` builds with the headers of two.
# Why it matters: a package that calls node-gyp itself, to compile with the very source that it has checked, gets
#   another Node's headers on machines that set `npm_config_nodedir` for building offline. With luck it does not
#   compile, as eiows 11.1.1 ("async_wrap-inl.h: No such file or directory"); a smaller difference compiles, and crashes.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset "${!npm_config_nodedir@}"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund node-gyp@12.4.0 npm@10.9.4
echo '{"targets": [{"target_name": "nothing", "type": "none"}]}' > binding.gyp
for name in one two; do
  mkdir -p "$name/include/node"
  echo '{}' | tee "$name/include/node/common.gypi" > "$name/include/node/config.gypi"
done
builds_with() { node_modules/.bin/node-gyp configure "$@" 2>&1 | sed -n 's/.*-Dnode_root_dir=.*\/\(one\|two\).*/\1/p'; }
{
  echo "node-gyp --nodedir=one                                   $(builds_with --nodedir="$folder/one")"
  export npm_config_nodedir="$folder/two"
  echo "node-gyp                 beside npm_config_nodedir=two   $(builds_with)"
  echo "node-gyp --nodedir=one   beside npm_config_nodedir=two   $(builds_with --nodedir="$folder/one")"
  export npm_config_tag=two
  echo "npm --tag=one            beside npm_config_tag=two       $(node_modules/.bin/npm config get tag --tag=one)"
} | tee seen
diff - seen <<'SEEN'
node-gyp --nodedir=one                                   one
node-gyp                 beside npm_config_nodedir=two   two
node-gyp --nodedir=one   beside npm_config_nodedir=two   two
npm --tag=one            beside npm_config_tag=two       one
SEEN
echo "as it was seen"
