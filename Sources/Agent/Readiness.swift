import AgentProtocol
import Faults
import LinuxSystem
import Load
import Measures
import Processes

/// Waits until a service answers, asked from inside its own host.
enum Readiness {
    /// Errors: the process ended; the time was over. Both carry the end of the service's log.
    static func wait(for request: Faultline_Agent_V1_StartServiceRequest, service: ServiceProcess)
        async throws
    {
        let deadline = Clocks.monotonic() + request.readyWithinNs
        var last = "nothing was tried"
        while true {
            if try probe(request, &last) { return }
            guard service.isRunning else {
                _ = service.waitGone(for: .zero)
                throw failure(request, "ended before it was ready")
            }
            guard Clocks.monotonic() < deadline else {
                throw failure(
                    request,
                    "was not ready within \(Duration(nanoseconds: request.readyWithinNs).text): \(last)"
                )
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func probe(_ request: Faultline_Agent_V1_StartServiceRequest, _ last: inout String) throws
        -> Bool
    {
        let timeout = Duration.milliseconds(500)
        switch request.ready {
        case .http(let address):
            guard let port = UInt16(exactly: address.port) else { throw WireError("port \(address.port)") }
            do {
                let status = try ReadinessProbe.status(
                    host: address.host,
                    port: port,
                    path: address.path,
                    timeout: timeout
                )
                last = "http://\(address.host):\(port)\(address.path) answered \(status)"
                return status < 400
            } catch {
                last = "\(error)"
                return false
            }
        case .tcp(let address):
            guard let port = UInt16(exactly: address.port) else { throw WireError("port \(address.port)") }
            do {
                try ReadinessProbe.connect(host: address.host, port: port, timeout: timeout)
                return true
            } catch {
                last = "\(error)"
                return false
            }
        case nil:
            // Without a check, a service that is still there after a moment counts as ready.
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 50_000_000)
            last = "it did not stay"
            return true
        }
    }

    private static func failure(_ request: Faultline_Agent_V1_StartServiceRequest, _ what: String)
        -> FaultError
    {
        let log = (try? FileContents.text(request.logPath, limit: 1 << 20)) ?? ""
        let tail = log.split(separator: "\n").suffix(4).map { "\n  \($0)" }.joined()
        return FaultError(
            "service.not-ready",
            "service \(request.name) \(what)\n  command: \(request.command.joined(separator: " "))"
                + (tail.isEmpty ? "\n  (its log is empty)" : tail)
        )
    }
}
