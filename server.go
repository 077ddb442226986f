// Vinh Danh serves awards and recognition for public administration over GraphQL.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"
	"github.com/vektah/gqlparser/v2/formatter"

	"vinhdanh/graph"
	"vinhdanh/internal/config"
	"vinhdanh/internal/demo"
	"vinhdanh/internal/logging"
	"vinhdanh/internal/message"
	"vinhdanh/internal/operation"
	"vinhdanh/internal/season"
	"vinhdanh/internal/store"
	"vinhdanh/internal/trace"
	"vinhdanh/model"
	"vinhdanh/resolvers"
)

//go:generate go tool gqlgen generate

func main() {
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals) // a second one ends the program at once
		stop()
	}()
	err := run(ctx, os.Args, os.Stdin, os.Stdout)
	stop()
	if err != nil {
		for _, one := range apart(err) {
			fmt.Fprintln(os.Stderr, "vinhdanh:", worded(one))
		}
		os.Exit(1)
	}
}

// apart are the errors that were told as one.
func apart(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, apart(one)...)
	}
	return all
}

// run does what the command line asks for.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	records := config.Records()
	number, _ := version()
	root := &cli.Command{Version: number,
		Name: "vinhdanh", Usage: "awards and recognition for public administration", Writer: out, Suggest: true,
		Description: "Every setting is a flag or a variable of the environment of the same name: --database-url or DATABASE_URL.\n" +
			"vinhdanh COMMAND --help tells those of a command.",
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // main tells errors, and exits
		Flags:          []cli.Flag{config.Flag(config.LogLevel, "info", "from where on lines go to the log on standard error: debug, info, warn or error")},
		Before: func(ctx context.Context, cmd *cli.Command) (context.Context, error) {
			level, _ := config.Level(cmd) // a wrong one is told with other wrong settings
			logging.Install(os.Stderr, level, store.Describe)
			return ctx, nil
		},
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Present() {
				return fmt.Errorf("there is no command %s: vinhdanh --help tells those there are", cmd.Args().First())
			}
			return cli.ShowRootCommandHelp(cmd)
		},
		Commands: []*cli.Command{
			{Name: "demo", Usage: "play a season into a fresh database and serve it", Flags: []cli.Flag{
				config.Flag(config.Addr, "127.0.0.1:8080", "where to serve"),
				&cli.StringFlag{Name: "db", Usage: "the SQLite file to make; a temporary one when left out"},
				&cli.StringFlag{Name: "season", Usage: "another season: a folder or a ZIP of CSV files"},
				&cli.BoolFlag{Name: "exit", Usage: "stop after the replay"},
			}, Action: runDemo},
			{Name: "serve", Usage: "serve the records", Flags: append(records, config.Serving()...), Action: runServe},
			{Name: "version", Usage: "say what runs", Action: runVersion},
			{Name: "migrate", Usage: "bring the tables up to date", Flags: records, Action: runMigrate},
			{Name: "import", Usage: "load a season: DIR or ZIP", ArgsUsage: "DIR|ZIP", Flags: append(records,
				&cli.BoolFlag{Name: "dry-run", Usage: "check everything and write nothing"}), Action: runImport},
			{Name: "schema", Usage: "print the schema", Action: runSchema},
			{Name: "check", Usage: "hold the records against everything that must be true of them", Flags: records, Action: runCheck},
			{Name: "backup", Usage: "write everything there is into FILE, while the server runs", ArgsUsage: "FILE", Flags: records, Action: runBackup},
			{Name: "restore", Usage: "bring FILE back into a database that holds nothing", ArgsUsage: "FILE", Flags: records, Action: runRestore},
			{Name: "seed", Usage: "load made-up history into records nobody has used", Flags: append(records,
				&cli.IntFlag{Name: "awards", Usage: "how many awards", Value: 10_000},
				&cli.Uint64Flag{Name: "seed", Usage: "which of many histories", Value: 1},
				&cli.StringFlag{Name: "password", Usage: "the password of every login; without one nobody can sign in"}), Action: runSeed},
			{Name: "account", Usage: "manage logins", Commands: []*cli.Command{
				{Name: "add", Usage: "make a login; the password is read from standard input", Flags: append(records,
					&cli.StringFlag{Name: "username", Required: true}, &cli.StringFlag{Name: "role", Usage: "such as ADMIN"},
					&cli.StringFlag{Name: "organization", Usage: "the code of the unit in which the role is held"},
					&cli.StringFlag{Name: "person", Usage: "the code of the person whose login it is"}),
					Action: func(ctx context.Context, cmd *cli.Command) error { return runAccountAdd(ctx, cmd, in) }},
				{Name: "reset-password", Usage: "make a one-time token with which a forgotten password is replaced", Flags: append(records,
					&cli.StringFlag{Name: "username", Required: true}), Action: runResetPassword},
			}},
		},
	}
	return root.Run(ctx, args)
}

func runDemo(ctx context.Context, cmd *cli.Command) error {
	files := season.Reference()
	var server config.Server
	var err error
	if name := cmd.String("season"); name != "" {
		if files, err = season.Open(name); err != nil {
			return err
		}
	}
	if !cmd.Bool("exit") {
		// An address that is taken is told before the season is played.
		if server.Public, err = config.Listen(ctx, cmd, config.Addr); err != nil {
			return err
		}
		defer server.Close()
	}
	s, forget, err := config.OpenDemo(ctx, cmd.String("db"))
	if err != nil {
		return err
	}
	defer forget()
	defer s.Close()
	out := cmd.Root().Writer
	result, err := demo.Play(ctx, s, files, out)
	if err != nil {
		return err
	}
	result.Print(out)
	if cmd.Bool("exit") {
		return nil
	}
	options := resolvers.Options{Demo: true, Password: demo.Password}
	for _, a := range result.Accounts {
		options.Accounts = append(options.Accounts, resolvers.DemoAccount(a))
	}
	return serve(ctx, s, server, nil, options, out)
}

func runServe(ctx context.Context, cmd *cli.Command) error {
	number, _ := version()
	traces, noTraces := trace.Open(ctx, number)
	operations, noList := listedOperations(cmd)
	s, server, err := config.OpenServer(ctx, cmd, noTraces, noList)
	if err != nil {
		return err
	}
	defer s.Close()
	defer server.Close()
	options := resolvers.Options{AllowedOrigins: server.Origins, TrustedProxies: server.Proxies, LogRequests: server.LogRequests,
		Provider: server.Provider, Frontend: server.Frontend, Issuer: server.Issuer, Operations: operations}
	return serve(ctx, s, server, traces, options, cmd.Root().Writer)
}

// listedOperations are the only ones that run, where the settings name such a list.
func listedOperations(cmd *cli.Command) (*operation.List, error) {
	bound := cmd.String(config.OperationsFor)
	if bound != "anonymous" && bound != "everyone" {
		return nil, config.Wrong(config.OperationsFor, "%q is neither anonymous nor everyone", bound)
	}
	file := cmd.String(config.OperationsFile)
	if file == "" {
		return nil, nil
	}
	list, err := resolvers.ReadOperations(file, bound == "everyone")
	if err != nil {
		return nil, config.Wrong(config.OperationsFile, "%w", err)
	}
	return list, nil
}

// graceTime is how long what is in flight may take once the program is told to stop.
const graceTime = 30 * time.Second

// serve serves until the program is told to stop, and finishes what is in flight. Metrics, if they are wanted, stop last.
func serve(ctx context.Context, s *store.Store, told config.Server, traces *trace.Provider, options resolvers.Options, out io.Writer) error {
	words, err := message.Load()
	if err != nil {
		return err
	}
	r := &resolvers.Resolver{Store: s, Links: s.Tokens, Words: words, Trace: traces}
	defer sendLast(context.WithoutCancel(ctx), traces)
	if told.Private != nil {
		r.Metrics = measured(r)
		defer serveMetrics(r.Metrics, told.Private)()
		fmt.Fprintf(out, "\nMetrics http://%s/metrics\n", told.Private.Addr())
	}
	server := newServer(r.Handler(options))
	fmt.Fprintf(out, "\nServing http://%s (explorer at /, GraphQL at /graphql)\n", told.Public.Addr())
	ctx, stop := context.WithCancel(ctx)
	var tidying sync.WaitGroup
	tidying.Go(func() { s.KeepTidy(ctx) })
	defer tidying.Wait()
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Serve(told.Public) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	r.Drain()
	time.Sleep(told.Drain)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("cut off what took longer than %s: %w", graceTime, err), server.Close())
	}
	r.AwaitStreams(grace)
	return nil
}

// newServer cuts clients that send or read too slowly. Uploads and downloads give themselves more time.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: logging.Printer(slog.LevelWarn)}
}

func runMigrate(ctx context.Context, cmd *cli.Command) error {
	s, err := config.Open(ctx, cmd)
	if err != nil {
		return err
	}
	return s.Close()
}

func runImport(ctx context.Context, cmd *cli.Command) error {
	if cmd.NArg() != 1 {
		return errors.New("say which folder or ZIP to import")
	}
	files, err := season.Open(cmd.Args().First())
	if err != nil {
		return err
	}
	s, err := config.Open(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	report, err := s.ImportSeason(ctx, model.Actor{System: true}, files, cmd.Bool("dry-run"))
	if err != nil {
		return err
	}
	return printReport(cmd.Root().Writer, report)
}

// runSchema prints the contract as clients' tools want it: one document, always in the same order.
func runSchema(_ context.Context, cmd *cli.Command) error {
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	formatter.NewFormatter(cmd.Root().Writer, formatter.WithIndent("  ")).FormatSchema(schema)
	return nil
}

func runAccountAdd(ctx context.Context, cmd *cli.Command, in io.Reader) error {
	password, err := config.ReadPassword(in)
	if err != nil {
		return err
	}
	s, err := config.Open(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	system := model.Actor{System: true}
	input := model.CreateAccountInput{Username: cmd.String("username"), Password: &password}
	if code := cmd.String("person"); code != "" {
		input.PersonCode = &code
	}
	account, err := s.CreateAccount(ctx, system, input)
	if err != nil {
		return err
	}
	if role := cmd.String("role"); role != "" {
		grant := model.GrantRoleInput{Username: account.Username, Role: model.Role(role)}
		if code := cmd.String("organization"); code != "" {
			grant.OrganizationCode = &code
		}
		if _, err := s.GrantRole(ctx, system, grant); err != nil {
			return err
		}
	}
	fmt.Fprintf(cmd.Root().Writer, "account %s made\n", account.Username)
	return nil
}

func runResetPassword(ctx context.Context, cmd *cli.Command) error {
	s, err := config.Open(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	reset, err := s.CreatePasswordReset(ctx, model.Actor{System: true}, model.CreatePasswordResetInput{Username: cmd.String("username")})
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.Root().Writer, "%s\nGood for one resetPassword until %s.\n", reset.Token, reset.ExpiresAt.Format(time.RFC3339))
	return nil
}

// printReport tells what an import did, or would do and what stands against it.
func printReport(out io.Writer, report *store.ImportReport) error {
	for _, f := range report.Files {
		fmt.Fprintf(out, "%-24s %6d new %6d unchanged\n", f.File, f.Created, f.Unchanged)
	}
	if len(report.Faults) > 0 {
		return model.RefuseImport(report.Faults)
	}
	return nil
}

// worded puts a refusal into words for the terminal, with everything that is wrong.
func worded(err error) string {
	refusal, ok := errors.AsType[*model.Error](err)
	catalogue, broken := message.Load()
	if !ok || broken != nil {
		return err.Error()
	}
	words := catalogue.Language(os.Getenv("LANG"))
	text := words.Text(refusal.Key, refusal.Args)
	for _, v := range refusal.Violations {
		text += "\n  " + v.Path + ": " + words.Text(v.Key, v.Args)
	}
	return text
}
