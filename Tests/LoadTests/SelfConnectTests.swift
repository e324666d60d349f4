import Foundation
import LinuxSystem
import Measures
import Plan
import Recording
import Testing

/// A namespace where each connection gets the one port that is there: the very port that it goes to.
@Suite(.serialized, .enabled(if: OnePortHost.isPossible, "needs root and ip: apt-get install iproute2"))
struct SelfConnectTests {
    @Test(
        "a dead port refuses the socket too that was given this port for its own",
        arguments: ["127.0.0.1", "::1"]
    )
    func refused(address: String) async throws {
        let host = try OnePortHost(port: 40_404)
        defer { host.end() }
        let target = HostPort(host: address, port: 40_404)
        let echo = TCPRequestPlan(
            target: target,
            send: Array("ping".utf8),
            expect: .echo,
            timeout: .seconds(1)
        )
        let datagram = EchoRequestPlan(target: target, payload: .numbered(size: 64), timeout: .seconds(1))
        for request in [RequestPlan.tcp(echo), .udp(datagram)] {
            var bench = LoadBench(port: 40_404)
            bench.request = request
            bench.namespace = host.namespace
            let result = try await bench.run(LoadBench.steady(100, count: 50))
            #expect(result.exchanges.outcomes == [.refused: 50], "\(request)")
        }
        // In TIME-WAIT, the port would be the dead server's no more.
        #expect(try host.ip(["netns", "exec", host.namespace.name, "ss", "-Htan"]).isEmpty)
    }
}

private struct OnePortHost {
    static let isPossible = getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/ip")

    let namespace: NetworkNamespace

    init(port: UInt16) throws {
        namespace = NetworkNamespace(named: "fl-test-\(getpid())-one")
        try ip(["netns", "add", namespace.name])
        try ip(["-n", namespace.name, "link", "set", "lo", "up"])
        let range = "net.ipv4.ip_local_port_range=\(port) \(port)"
        try ip(["netns", "exec", namespace.name, "sysctl", "-qw", range])
    }

    func end() {
        do { try ip(["netns", "del", namespace.name]) } catch { Issue.record(error) }
    }

    @discardableResult
    func ip(_ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/ip")
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LoadTestFailure(reason: "ip refused: \(arguments.joined(separator: " "))")
        }
        return text
    }
}
