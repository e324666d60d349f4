import Foundation
import Glibc
import LinuxSystem
import Testing

/// A real nginx of this test's own: temporary folder, free port, 127.0.0.1, one worker. Killed with its owner.
final class LoadNginx {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx")

    let port: UInt16
    /// The same over TLS.
    let securePort: UInt16
    private let folder: URL
    private var process: Process?

    /// - Parameters:
    ///   - http2: instead of HTTP/1.1.
    ///   - keepaliveRequests: answers on one connection; then it says that it ends.
    ///   - certificate: of this name in Certificates/.
    init(
        http2: Bool = false,
        keepaliveRequests: Int = 1_000_000,
        certificate: String = "server"
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "fl-load-\(getpid())-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        port = try Self.freePort()
        securePort = try Self.freePort()
        let text = """
            daemon off; master_process on; worker_processes 1; user root; pid \(folder.path)/nginx.pid;
            error_log \(folder.path)/error.log;
            events { worker_connections 1024; }
            http {
              access_log off; keepalive_requests \(keepaliveRequests); types { text/plain txt; } root \(folder.path)/www;
              client_body_temp_path \(folder.path)/t1; proxy_temp_path \(folder.path)/t2;
              fastcgi_temp_path \(folder.path)/t3; uwsgi_temp_path \(folder.path)/t4; scgi_temp_path \(folder.path)/t5;
              server {
                listen 127.0.0.1:\(port) backlog=4096\(http2 ? " http2" : "");
                listen 127.0.0.1:\(securePort) ssl\(http2 ? " http2" : "") backlog=4096;
                ssl_certificate \(try Self.certificate(certificate).path);
                ssl_certificate_key \(try Self.certificate("server", "key").path);
                location = /empty { return 204; }
                location = /moved { return 301 /hello.txt; }
                location = /grpc.health.v1.Health/Check { error_page 404 405 =200 /health.bin; }
                location = /health.bin { default_type application/grpc; add_trailer grpc-status 0; }
                location = /a.B/Down { default_type application/grpc; add_header grpc-status 14; return 200; }
                location = /broken { return 503; }
                location = /chunked.txt { gzip on; gzip_min_length 1; gzip_types text/plain; }
              }
            }
            """
        try text.write(to: folder.appending(path: "nginx.conf"), atomically: true, encoding: .utf8)
        let www = folder.appending(path: "www")
        try FileManager.default.createDirectory(at: www, withIntermediateDirectories: true)
        try "hello\n".write(to: www.appending(path: "hello.txt"), atomically: true, encoding: .utf8)
        // A gRPC message: HealthCheckResponse { status: SERVING }.
        try Data([0, 0, 0, 0, 2, 0x08, 1]).write(to: www.appending(path: "health.bin"))
        try String(repeating: "faultline ", count: 2_000)
            .write(to: www.appending(path: "chunked.txt"), atomically: true, encoding: .utf8)
        try start()
    }

    deinit {
        signal(SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// Returns when it accepts connections, 5 s at most.
    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-p", folder.path, "-c", folder.appending(path: "nginx.conf").path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let deadline = Clocks.monotonic() + 5_000_000_000
        while Clocks.monotonic() < deadline {
            if Self.accepts(port) { return }
            usleep(200)
        }
        throw LoadTestFailure(reason: "nginx does not accept connections on port \(port) after 5 s")
    }

    static func certificate(_ name: String, _ ending: String = "pem") throws -> URL {
        let found = Bundle.module.url(forResource: name, withExtension: ending, subdirectory: "Certificates")
        guard let found else { throw LoadTestFailure(reason: "no \(name).\(ending) among the certificates") }
        return found
    }

    /// To the workers, then to the master, so that it cannot start a new worker in between.
    func signal(_ number: Int32) {
        guard let process, process.isRunning else { return }
        let master = process.processIdentifier
        let workers =
            (try? String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8)) ?? ""
        let pids = workers.split(separator: " ").compactMap { Int32($0) }
        if number == SIGKILL { kill(master, number) }
        for pid in pids { kill(pid, number) }
        if number != SIGKILL { kill(master, number) }
        if number == SIGKILL {
            // Until then it may make a file in the folder.
            process.waitUntilExit()
            self.process = nil
        }
    }

    /// Whether somebody accepts TCP connections there.
    static func accepts(_ port: UInt16) -> Bool {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        return withLoopback(port) { connect(fd, $0, $1) } == 0
    }

    static func withLoopback<Value>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value)
        -> Value
    {
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

    /// A port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        guard withLoopback(0, { bind(fd, $0, $1) }) == 0 else {
            throw LoadTestFailure(reason: "no free port")
        }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &size) }
        }
        guard result == 0 else { throw LoadTestFailure(reason: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}

struct LoadTestFailure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
