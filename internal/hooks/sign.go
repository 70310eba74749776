// Package hooks tells other programs by webhook what happened to certificates, as
// Standard Webhooks says (standardwebhooks.com, version 1): a POST of JSON with
// webhook-id, webhook-timestamp and webhook-signature. It is a wake-up for them,
// never the proof: before a contact they ask the gate.
package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"abilita/internal/app"
)

// Sign is the value of webhook-signature: version 1, HMAC-SHA256 over id,
// timestamp and body, joined by dots.
func Sign(key []byte, id string, at time.Time, body []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// Message is the body. It names nobody: people stand in it by number.
type Message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // when it happened
	Data      Data      `json:"data"`
}

// Data is what happened.
type Data struct {
	Certificate string   `json:"certificate"`
	Agent       string   `json:"agent"`
	Line        string   `json:"line"`
	Channels    []string `json:"channels"`
	Version     int64    `json:"version"`         // of the gate; whoever has seen a later one drops this
	Running     string   `json:"running_contact"` // what the line did then with a contact in progress
}

// body is the same at each attempt.
func body(d app.HookDelivery) ([]byte, error) {
	b, err := json.Marshal(Message{
		Type: "certificate." + d.Kind, Timestamp: d.At.UTC(),
		Data: Data{Certificate: d.Certificate, Agent: d.Agent, Line: d.Line, Channels: d.Channels, Version: d.Version, Running: d.Running},
	})
	if err != nil {
		return nil, fmt.Errorf("write the message: %w", err)
	}
	return b, nil
}
