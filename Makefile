# The front door. Each target does its own set-up: `make demo` and `make test` work on a fresh
# Debian 12 machine.

BUILD ?= build
SANITIZE_BUILD ?= build-sanitize
MESON_OPTIONS ?=

.PHONY: all demo test bench lint sanitize install clean packages

all: packages $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD) $(MESON_OPTIONS)

packages:
	@scripts/packages build

demo: all
	@scripts/demo $(BUILD)/ser

test: all
	@scripts/packages test
	@scripts/test $(BUILD)

# The same tests under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize: packages
	@test -f $(SANITIZE_BUILD)/build.ninja || meson setup $(SANITIZE_BUILD) \
		-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 $(MESON_OPTIONS)
	ninja -C $(SANITIZE_BUILD)
	@scripts/packages test
	@scripts/test $(SANITIZE_BUILD)

bench: all
	@scripts/bench $(BUILD)

lint: all
	@scripts/packages lint
	@scripts/lint $(BUILD)

install: all
	meson install -C $(BUILD) --no-rebuild

clean:
	rm -rf $(BUILD) $(SANITIZE_BUILD)
