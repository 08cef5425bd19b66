// One hot function in Go.
package main

import (
	"os"
	"strconv"
	"time"
)

//go:noinline
func hotLoop(from int) int {
	total := from
	for i := 0; i < 9000000; i++ {
		total = (total + i*i) % 1000003
	}
	return total
}

func main() {
	seconds, _ := strconv.Atoi(os.Args[1])
	total := 0
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end); {
		total = hotLoop(total)
	}
	if total < 0 {
		os.Exit(1)
	}
}
