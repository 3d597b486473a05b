// Command loadonly loads a Compose file once with compose-go and does nothing
// else: what delink can't do without, to measure it by.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if err := load(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func load(name string) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	details := types.ConfigDetails{
		WorkingDir:  ".",
		ConfigFiles: []types.ConfigFile{{Filename: name, Content: src}},
		Environment: types.NewMapping(os.Environ()),
	}
	_, err = loader.LoadWithContext(context.Background(), details, func(o *loader.Options) {
		o.SetProjectName("shop", true)
	})
	return err
}
