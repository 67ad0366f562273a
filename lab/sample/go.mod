module evenkeel.dev/lab/sample

go 1.23

require (
	github.com/coder/websocket v1.8.14
	github.com/lib/pq v1.10.9
)
