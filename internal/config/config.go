// Package config is everything that can be set from outside, as flags and
// ABILITA_* variables, in one struct. Only cmd reads it. Secrets print as stars.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Secret is a value that must not be shown, such as an address with a password.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText keeps the value.
func (s *Secret) UnmarshalText(b []byte) error { *s = Secret(b); return nil }

// Config is what can be set. The zero value of each field means its default.
type Config struct {
	DataDir           string `env:"ABILITA_DATA_DIR" help:"Folder of the private database, the key and files (default abilita-data, with --demo abilita-demo)." placeholder:"DIR"`
	DatabaseURL       Secret `env:"ABILITA_DATABASE_URL" help:"External PostgreSQL; without it a private one is started." placeholder:"URL"`
	DatabaseDirectURL Secret `env:"ABILITA_DATABASE_DIRECT_URL" help:"The same server without a transaction pooler in between." placeholder:"URL"`
	MediaURL          Secret `env:"ABILITA_MEDIA_URL" name:"media-url" help:"Store of pictures, sounds, films and documents that speaks S3, s3://KEY:SECRET@HOST/BUCKET/PREFIX?region=REGION, for several instances; without it the folder blobs of the data folder." placeholder:"URL"`
	SecretFile        string `env:"ABILITA_SECRET_FILE" help:"File of the installation's key (default secret.key in the data folder); instances that share a database share it." placeholder:"FILE"`
	PGBin             string `env:"ABILITA_PG_BIN" help:"Folder of PostgreSQL's programs, when it is not found by itself." placeholder:"DIR"`
	BackupPassphrase  string `env:"ABILITA_BACKUP_PASSPHRASE_FILE" name:"backup-passphrase-file" help:"File whose first line is the passphrase of backups; without it the terminal asks." placeholder:"FILE"`
	PGListen          string `env:"ABILITA_PG_LISTEN" help:"Address on which the private database lets engines read." placeholder:"HOST:PORT"`
}

// Serve is what only serving needs.
type Serve struct {
	Addr           string        `env:"ABILITA_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	BaseURL        string        `env:"ABILITA_BASE_URL" help:"Address under which people reach the program (default http://ADDR)." placeholder:"URL"`
	SMTPURL        Secret        `env:"ABILITA_SMTP_URL" name:"smtp-url" help:"Mail server for letters, smtp://user:password@host:port or smtps://…; without it letters are printed or copied." placeholder:"URL"`
	TLSCert        string        `env:"ABILITA_TLS_CERT" name:"tls-cert" help:"Certificate, when the program serves HTTPS itself." placeholder:"FILE"`
	TLSKey         string        `env:"ABILITA_TLS_KEY" name:"tls-key" help:"Its key." placeholder:"FILE"`
	TrustedProxies []string      `env:"ABILITA_TRUSTED_PROXIES" help:"Proxies whose X-Forwarded-For is believed (default none)." placeholder:"CIDR"`
	MetricsAddr    string        `env:"ABILITA_METRICS_ADDR" help:"Address for metrics, and only there (default none)." placeholder:"HOST:PORT"`
	HooksAllow     []string      `env:"ABILITA_HOOKS_ALLOW" help:"Networks of one's own to which webhooks may go (default none: public addresses only)." placeholder:"CIDR"`
	Drain          time.Duration `env:"ABILITA_DRAIN" default:"5s" help:"How long the port stays open after SIGTERM, answering that it is not ready."`
	Demo           bool          `help:"Demonstration with invented people in a folder of its own, on this machine only."`
}

// Known lists the variables that Config and Serve read.
func Known() []string {
	var names []string
	for _, t := range []reflect.Type{reflect.TypeFor[Config](), reflect.TypeFor[Serve]()} {
		for field := range t.Fields() {
			if name := field.Tag.Get("env"); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// CheckEnvironment refuses a variable that begins like ours and is none of
// ours: a typing error would otherwise go unnoticed.
func CheckEnvironment(environ []string) error {
	known := Known()
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "ABILITA_") && !slices.Contains(known, name) {
			return fmt.Errorf("unknown variable %s; known are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// Folder is the absolute data folder.
func (c Config) Folder(demo bool) (string, error) {
	dir := c.DataDir
	if dir == "" {
		dir = "abilita-data"
		if demo {
			dir = "abilita-demo"
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	return abs, nil
}

// Check refuses settings that would be unsafe or cannot work, and fills BaseURL.
func (s *Serve) Check() error {
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("ABILITA_ADDR is %q: write HOST:PORT, for example 127.0.0.1:8080", s.Addr)
	}
	if s.Demo && !loopback(host) {
		return fmt.Errorf("ABILITA_ADDR is %q: a demonstration listens on this machine only, use 127.0.0.1:%s", s.Addr, port)
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return fmt.Errorf("set both ABILITA_TLS_CERT and ABILITA_TLS_KEY, or none")
	}
	if s.BaseURL == "" {
		scheme := "http"
		if s.TLSCert != "" {
			scheme = "https"
		}
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "localhost"
		}
		s.BaseURL = scheme + "://" + net.JoinHostPort(host, port)
	}
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Path != "" {
		return fmt.Errorf("ABILITA_BASE_URL is %q: write https://name, without a path", s.BaseURL)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return fmt.Errorf("ABILITA_BASE_URL is %q: passwords and certificates need HTTPS. Either set ABILITA_TLS_CERT and ABILITA_TLS_KEY, "+
			"or put a proxy with TLS in front, set ABILITA_BASE_URL to its https address and ABILITA_TRUSTED_PROXIES to the proxy's", s.BaseURL)
	}
	return nil
}

// HookNetworks are the networks of HooksAllow; a bare address is a network of one.
func (s Serve) HookNetworks() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range s.HooksAllow {
		p, err := netip.ParsePrefix(text)
		if a, aerr := netip.ParseAddr(text); err != nil && aerr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("ABILITA_HOOKS_ALLOW holds %q: write addresses or networks, for example 10.1.2.0/24", text)
		}
		list = append(list, p)
	}
	return list, nil
}

// Secure tells whether people reach the program over HTTPS.
func (s Serve) Secure() bool { return strings.HasPrefix(s.BaseURL, "https://") }

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// WriteFile writes a private file in one step: it is there whole or not at all.
func WriteFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path) // CreateTemp made it 0600
}
