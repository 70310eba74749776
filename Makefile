# Abilita. `make` alone prints what there is.

GO       ?= go
FUZZTIME ?= 10s
LINT     := $(GO) tool -modfile=internal/tools/go.mod golangci-lint
# Packages whose tests compare whole outputs with files (flag -update rewrites them).
GOLDEN    = $(shell grep -rl --include='*_test.go' '"abilita/internal/testkit' . | xargs -r -n1 dirname | sort -u)

.DEFAULT_GOAL := help
.PHONY: help deps deps-run build run test check verify lint packs bench fuzz codemirror schema golden

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install what the tests need and this machine lacks (Debian packages; root or sudo)
	@.ci/deps run test

deps-run:
	@.ci/deps run

build: ## build bin/abilita
	$(GO) build -trimpath -o bin/abilita ./cmd/abilita

run: deps-run build ## start a demonstration with its own PostgreSQL; the address is printed
	@exec bin/abilita serve --demo $(ARGS)

test: deps ## every test once, on a real PostgreSQL and a real browser
	$(GO) test -race -shuffle=on -timeout 30m -tags all ./...

check: ## all that must pass before a merge: verify, lint, packs, test
	$(MAKE) verify
	$(MAKE) lint
	$(MAKE) packs
	$(MAKE) test

verify: ## generated files, go.mod and formatting are as the tools leave them
	@.ci/verify

lint: ## golangci-lint, built from source by its pinned module file (first time some minutes)
	$(LINT) run

packs: build ## prove the shipped courses
	bin/abilita check content/packs

bench: deps-run ## the benchmarks, as ratios against limits measured in the same run
	$(GO) test -run '^$$' -bench . -tags all ./...

fuzz: ## every fuzz target for FUZZTIME (default 10s)
	@set -e; for pkg in $$(grep -rlE --include='*_test.go' '^func Fuzz' . | xargs -r -n1 dirname | sort -u); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

codemirror: ## bundle CodeMirror for the page where trainers write (needs node and npm)
	cd internal/web/ui && npm ci --ignore-scripts && npm run codemirror

schema: deps ## dump the schema into migrations/schema.sql, for review
	$(GO) test ./internal/pg/pgtest -count=1 -run '^TestSchemaFile$$' -update

golden: ## rewrite the files that tests compare whole outputs with; review the difference
	@test -z "$(GOLDEN)" || $(GO) test $(GOLDEN) -count=1 -update
