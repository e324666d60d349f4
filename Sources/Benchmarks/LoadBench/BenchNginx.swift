import Glibc
import LinuxSystem

/// nginx on processor 0, one process, on a free port of 127.0.0.1; answers every request with two bytes. Gone with its owner.
final class BenchNginx {
    let port: UInt16
    private let folder: String
    private var program: MeasuredProgram?

    /// - Parameters:
    ///   - http2: instead of HTTP/1.1.
    ///   - secured: with a certificate that it signed itself, ECDSA on P-256.
    init(http2: Bool = false, secured: Bool = false) throws {
        port = try Self.freePort()
        folder = "/tmp/fl-bench-nginx-\(getpid())-\(port)"
        let folder = folder
        try SystemError.check("mkdir \(folder)") { mkdir(folder, 0o755) }
        if secured { try Self.makeCertificate(folder) }
        let words = (http2 ? " http2" : "") + (secured ? " ssl" : "")
        let certificate =
            secured ? "ssl_certificate \(folder)/own.pem; ssl_certificate_key \(folder)/own.key;" : ""
        let text = """
            daemon off; master_process off; pid \(folder)/pid; error_log /dev/null;
            events { worker_connections 4096; }
            http {
              access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
              client_body_temp_path \(folder)/t1; proxy_temp_path \(folder)/t2;
              fastcgi_temp_path \(folder)/t3; uwsgi_temp_path \(folder)/t4; scgi_temp_path \(folder)/t5;
              server {
                listen 127.0.0.1:\(port)\(words) backlog=4096; \(certificate)
                location / { return 200 "ok"; }
              }
            }
            """
        let file = open("\(folder)/nginx.conf", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        _ = write(file, text, text.utf8.count)
        close(file)
        try start()
    }

    deinit {
        kill()
        for name in ["nginx.conf", "pid", "own.pem", "own.key"] { unlink("\(folder)/\(name)") }
        for number in 1...5 { rmdir("\(folder)/t\(number)") }
        rmdir(folder)
    }

    private static func makeCertificate(_ folder: String) throws {
        let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost"
        let program = try MeasuredProgram(
            ["openssl"] + words.split(separator: " ").map(String.init)
                + ["-keyout", "\(folder)/own.key", "-out", "\(folder)/own.pem"],
            processor: 0
        )
        _ = try program.finish()
    }

    /// Returns when it accepts connections, 5 s at most.
    func start() throws {
        program = try MeasuredProgram(
            ["nginx", "-p", folder, "-c", "\(folder)/nginx.conf"],
            processor: 0
        )
        let deadline = Clocks.monotonic() + 5_000_000_000
        while Clocks.monotonic() < deadline {
            let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(fd) }
            if Self.withLoopback(port, { connect(fd, $0, $1) }) == 0 { return }
            usleep(200)
        }
        throw SystemError("start nginx", refused: "port \(port) is closed after 5 s")
    }

    func signal(_ number: Int32) {
        if let program { Glibc.kill(program.process, number) }
    }

    /// CPU seconds so far, by the kernel's ticks (proc(5), utime and stime).
    func processorTime() throws -> Double {
        guard let program else { return 0 }
        let fields = try FileContents.text("/proc/\(program.process)/stat").split(separator: " ")
        guard fields.count > 14, let user = Double(fields[13]), let system = Double(fields[14]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func kill() {
        signal(SIGKILL)
        _ = try? program?.finish()
        program = nil
    }

    static func withLoopback<Value>(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    static func freePort() throws -> UInt16 {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        try SystemError.check("bind") { withLoopback(0) { bind(fd, $0, $1) } }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &size) }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
