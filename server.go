// Vinh Danh serves awards and recognition for public administration over GraphQL.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
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
		fmt.Fprintln(os.Stderr, "vinhdanh:", worded(err))
		os.Exit(1)
	}
}

// run does what the command line asks for.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	logging.Install(os.Stderr, slog.LevelInfo, store.Describe)
	records := config.Records()
	root := &cli.Command{
		Name: "vinhdanh", Usage: "awards and recognition for public administration", Writer: out,
		Commands: []*cli.Command{
			{Name: "demo", Usage: "play a season into a fresh database and serve it", Flags: []cli.Flag{
				config.Flag(config.Addr, "127.0.0.1:8080", "where to serve"),
				&cli.StringFlag{Name: "db", Usage: "the SQLite file to make; a temporary one when left out"},
				&cli.StringFlag{Name: "season", Usage: "another season: a folder or a ZIP of CSV files"},
				&cli.BoolFlag{Name: "exit", Usage: "stop after the replay"},
			}, Action: runDemo},
			{Name: "serve", Usage: "serve the records", Flags: append(slices.Concat(records, config.SignIn(), config.Identity()),
				config.Flag(config.Addr, "127.0.0.1:8080", "where to serve"),
				config.Flag(config.AllowedOrigins, "", "frontends elsewhere that may ask, such as https://thidua.example.vn, separated by commas"),
				config.Flag(config.OperationsFile, "", "a JSON map {hash: document}, or a folder of such: only these operations run for the anonymous"),
				config.Flag(config.OperationsFor, "anonymous", "whom the listed operations bind: anonymous or everyone"),
				config.Flag(config.MetricsAddr, "", "where to serve metrics: a private address such as 127.0.0.1:9090; nowhere when left out"),
				config.Switch(config.LogRequests, "write a line to the log for each request")), Action: runServe},
			{Name: "version", Usage: "say what runs", Action: runVersion},
			{Name: "migrate", Usage: "bring the tables up to date", Flags: records, Action: runMigrate},
			{Name: "import", Usage: "load a season: DIR or ZIP", ArgsUsage: "DIR|ZIP", Flags: append(records,
				&cli.BoolFlag{Name: "dry-run", Usage: "check everything and write nothing"}), Action: runImport},
			{Name: "schema", Usage: "print the schema", Action: runSchema},
			{Name: "check", Usage: "hold the records against everything that must be true of them", Flags: records, Action: runCheck},
			{Name: "backup", Usage: "write everything there is into FILE, while the server runs", ArgsUsage: "FILE", Flags: records, Action: runBackup},
			{Name: "restore", Usage: "bring FILE back into a database that holds nothing", ArgsUsage: "FILE", Flags: records, Action: runRestore},
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
	var listener net.Listener
	var err error
	if name := cmd.String("season"); name != "" {
		if files, err = season.Open(name); err != nil {
			return err
		}
	}
	if !cmd.Bool("exit") {
		// An address that is taken is told before the season is played.
		if listener, err = new(net.ListenConfig).Listen(ctx, "tcp", cmd.String(config.Addr)); err != nil {
			return err
		}
		defer listener.Close()
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
	return serve(ctx, s, listener, nil, options, out)
}

func runServe(ctx context.Context, cmd *cli.Command) error {
	if cmd.String(config.SigningKey) == "" {
		return errors.New("a signing key is needed: SIGNING_KEY=$(head -c 32 /dev/urandom | base64)")
	}
	options, err := httpOptions(ctx, cmd)
	if err != nil {
		return err
	}
	s, err := config.Open(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cmd.String(config.Addr))
	if err != nil {
		return err
	}
	private, err := config.ListenPrivately(ctx, cmd)
	if err != nil {
		return err
	}
	return serve(ctx, s, listener, private, options, cmd.Root().Writer)
}

// httpOptions are the settings of the public port.
func httpOptions(ctx context.Context, cmd *cli.Command) (options resolvers.Options, err error) {
	if options.AllowedOrigins, err = config.Origins(cmd); err != nil {
		return options, err
	}
	options.LogRequests = cmd.Bool(config.LogRequests)
	if options.TrustedProxies, err = config.Proxies(cmd); err != nil {
		return options, err
	}
	if options.Provider, options.Frontend, err = config.Provider(cmd); err != nil {
		return options, err
	}
	if options.Issuer, err = config.Issuer(ctx, cmd); err != nil {
		return options, err
	}
	bound := cmd.String(config.OperationsFor)
	if bound != "anonymous" && bound != "everyone" {
		return options, fmt.Errorf("%s must be anonymous or everyone", config.OperationsFor)
	}
	if file := cmd.String(config.OperationsFile); file != "" {
		options.Operations, err = resolvers.ReadOperations(file, bound == "everyone")
	}
	return options, err
}

// graceTime is how long what is in flight may take once the program is told to stop.
const graceTime = 30 * time.Second

// serve serves until the program is told to stop, and finishes what is in flight. Metrics, if they are wanted, stop last.
func serve(ctx context.Context, s *store.Store, listener, private net.Listener, options resolvers.Options, out io.Writer) error {
	words, err := message.Load()
	if err != nil {
		return err
	}
	r := &resolvers.Resolver{Store: s, Links: s.Tokens, Words: words}
	number, _ := version()
	if r.Trace, err = trace.Open(ctx, number); err != nil {
		return err
	}
	defer sendLast(context.WithoutCancel(ctx), r.Trace)
	if private != nil {
		r.Metrics = measured(r)
		defer serveMetrics(r.Metrics, private)()
		fmt.Fprintf(out, "\nMetrics http://%s/metrics\n", private.Addr())
	}
	server := newServer(r.Handler(options))
	fmt.Fprintf(out, "\nServing http://%s (explorer at /, GraphQL at /graphql)\n", listener.Addr())
	ctx, stop := context.WithCancel(ctx)
	var tidying sync.WaitGroup
	tidying.Go(func() { s.KeepTidy(ctx) })
	defer tidying.Wait()
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	r.Drain()
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
