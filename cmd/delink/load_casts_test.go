package main

import (
	"context"
	"maps"
	"reflect"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// No file misses the casts that are left out: with all of them compose-go gives
// the same.
func TestIdleCasts(t *testing.T) {
	dir := t.TempDir()
	putFile(t, dir, "common.yml", "services:\n  common: {image: common, tty: \"true\"}\n")
	for name, lines := range map[string]string{
		"texts for switches and numbers": "    privileged: \"true\"\n    healthcheck: {retries: \"3\", disable: \"${NO-false}\"}\n" +
			"    deploy: {update_config: {parallelism: \"2\"}}\n    ulimits: {nofile: {soft: \"10\", hard: \"20\"}, core: \"0\"}\n" +
			"    volumes: [{type: volume, source: data, target: /data, read_only: \"true\"}]\nvolumes:\n  data: {external: \"true\"}\n",
		"by a merge key":      "    <<: {tty: \"true\"}\n",
		"by an alias":         "    labels: [&key tty]\n    *key : \"true\"\n",
		"from another file":   "    extends: {file: common.yml, service: common}\n",
		"from an anchored":    "    x-all: &all {tty: \"true\"}\n  db2:\n    <<: *all\n    image: db\n",
		"that is no such one": "    tty: \"perhaps\"\n",
	} {
		t.Run(name, func(t *testing.T) { sameWithAllCasts(t, oneInput(dir, serviceFile(lines))) })
	}
	t.Run("real files", func(t *testing.T) {
		for _, f := range collection(t) {
			sameWithAllCasts(t, oneInput(dir, textOf(t, f.path)))
		}
	})
}

func sameWithAllCasts(t *testing.T, in loadInput) {
	t.Helper()
	p, err := prepare(in)
	if err != nil || p.unsafe != nil {
		return // it is not handed to compose-go
	}
	got, gotErr := p.load(context.Background(), strict)
	details := types.ConfigDetails{WorkingDir: p.dir, ConfigFiles: p.configs, Environment: types.Mapping{}}
	defer func() {
		if recover() != nil && gotErr == nil {
			t.Errorf("compose-go fails with all casts on %.200s", p.configs[0].Content)
		}
	}()
	want, wantErr := loader.LoadModelWithContext(context.Background(), details, func(o *loader.Options) {
		all := maps.Clone(o.Interpolate.TypeCastMapping)
		p.options(strict, details.LookupEnv, wall{dir: p.dir})(o)
		o.Interpolate.TypeCastMapping = all
	})
	if (gotErr == nil) != (wantErr == nil) || gotErr == nil && !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v; with all casts %v, %v", got, gotErr, want, wantErr)
	}
}
