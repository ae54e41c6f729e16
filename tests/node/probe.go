// What runs in the test's pods: a server, a client that never rests, single requests, and the sandbox's own process.
//
//	probe serve                                  HTTP on :8080, UDP on :8081
//	probe http URL                               one request
//	probe tcp|udp HOST:PORT MARK                 one request that leaves a mark; prints whom the other side saw
//	probe talk TCP UDP [TCP UDP…] MARK           four a second, for ever
//	probe pause
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func exchange(network, to, say string, limit time.Duration) (string, error) {
	c, err := net.DialTimeout(network, to, limit)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(limit))
	if _, err := io.WriteString(c, say); err != nil {
		return "", err
	}
	if network == "tcp" {
		all, err := io.ReadAll(c)
		_, body, _ := strings.Cut(string(all), "\r\n\r\n")
		return strings.TrimSpace(body), err
	}
	datagram := make([]byte, 1500)
	n, err := c.Read(datagram)
	return string(datagram[:n]), err
}

func request(network, to, mark string, limit time.Duration) (string, error) {
	if network == "tcp" {
		mark = "GET /" + mark + " HTTP/1.0\r\n\r\n"
	}
	return exchange(network, to, mark, limit)
}

func get(url string) (string, error) {
	client := http.Client{Timeout: 5 * time.Second}
	r, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return strings.TrimSpace(string(body)), err
}

func serve() {
	if c, err := net.ListenPacket("udp", ":8081"); err == nil {
		go func() {
			datagram := make([]byte, 1500)
			for {
				if n, from, err := c.ReadFrom(datagram); err == nil {
					c.WriteTo([]byte(fmt.Sprint(from, " ", string(datagram[:n]))), from)
				}
			}
		}()
	}
	answer := func(path string, say func(*http.Request) string) {
		http.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, say(r)) })
	}
	answer("/healthz", func(*http.Request) string { return "ok" })
	answer("/ip", func(r *http.Request) string { return r.RemoteAddr })
	answer("/host", func(*http.Request) string { name, _ := os.Hostname(); return name })
	fmt.Println(http.ListenAndServe(":8080", nil))
	os.Exit(1)
}

func main() {
	a := os.Args[1:]
	var said string
	var err error
	switch a[0] {
	case "http":
		said, err = get(a[1])
	case "tcp", "udp":
		said, err = request(a[0], a[1], a[2], 5*time.Second)
	case "talk":
		mark, to := a[len(a)-1], a[1:len(a)-1]
		for ; ; time.Sleep(250 * time.Millisecond) {
			for i := 0; i+1 < len(to); i += 2 {
				go request("tcp", to[i], mark, 2*time.Second)
				go request("udp", to[i+1], mark, time.Second)
			}
		}
	case "serve":
		serve()
	case "pause":
		end := make(chan os.Signal, 1)
		signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
		<-end
	}
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(said)
}
