import Glibc
import LinuxSystem

/// redis-server on processor 0, on a free port of 127.0.0.1, in memory only. Gone with its owner.
final class BenchRedis {
    let port: UInt16
    private let program: MeasuredProgram

    /// Returns when it accepts connections, 5 s at most.
    init() throws {
        port = try BenchNginx.freePort()
        let settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]
        program = try MeasuredProgram(["redis-server", "--port", "\(port)"] + settings, processor: 0)
        let deadline = Clocks.monotonic() + 5_000_000_000
        while Clocks.monotonic() < deadline {
            let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(fd) }
            if BenchNginx.withLoopback(port, { connect(fd, $0, $1) }) == 0 { return }
            usleep(200)
        }
        throw SystemError("start redis-server", refused: "port \(port) is closed after 5 s")
    }

    deinit {
        kill(program.process, SIGKILL)
        _ = try? program.finish()
    }
}
