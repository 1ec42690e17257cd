// Says what Go's net/url, which Kubernetes uses, makes of each URL of a JSON list on standard input.
package main

import (
	"encoding/json"
	"net/url"
	"os"
)

type answer struct {
	Text     string              `json:"text"`
	Scheme   *string             `json:"scheme,omitempty"`
	Host     string              `json:"host"`
	Hostname string              `json:"hostname"`
	Port     string              `json:"port"`
	Path     string              `json:"path"`
	Query    map[string][]string `json:"query"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	answers := []answer{}
	for _, text := range texts {
		a := answer{Text: text}
		if _, err := url.ParseRequestURI(text); err == nil {
			if u, err := url.Parse(text); err == nil {
				a.Scheme, a.Host, a.Hostname, a.Port = &u.Scheme, u.Host, u.Hostname(), u.Port()
				a.Path, a.Query = u.EscapedPath(), u.Query()
			}
		}
		answers = append(answers, a)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
