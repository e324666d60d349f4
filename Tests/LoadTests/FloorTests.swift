import Glibc
import LinuxSystem
import Measures
import Plan
import Recording
import Testing

@testable import Load

/// What the instrument itself adds, measured on a real loopback.
@Suite(.serialized) struct FloorTests {
    private static func plan(within: Duration?, perSecond: Double = 2_000) -> LoadPlan {
        LoadPlan(
            name: "browse",
            senders: LoadSenders("client"),
            request: .tcp(
                TCPRequestPlan(
                    target: HostPort(host: "web", port: 80),
                    send: [],
                    expect: .nothing,
                    timeout: .seconds(1)
                )
            ),
            arrivals: .constant(perSecond: perSecond),
            good: GoodCriterion(statuses: 200...299, within: within),
            connections: 8
        )
    }

    @Test func `every echo that was due is counted, at the load's rate, and its times rise`() async throws {
        let floor = try await FloorMeasurement(Self.plan(within: nil)).measure()
        #expect(floor.load == "browse")
        #expect(floor.requests == 2_000)
        #expect(floor.bad == 0)
        let times = floor.quantiles.map(\.nanoseconds)
        #expect(times.count == 5 && times == times.sorted())
        #expect(times.first.map { $0 > 0 } == true)
    }

    @Test func `an echo later than the load calls good is bad`() async throws {
        let floor = try await FloorMeasurement(Self.plan(within: .nanoseconds(1))).measure()
        #expect(floor.bad == floor.requests)
    }

    @Test func `the echo is gone when it is stopped`() throws {
        let echo = try LoopbackEcho()
        try echo.start()
        let port = echo.port
        echo.stop()
        let address = try HostAddress.resolve("127.0.0.1", port: port)
        var isGone = false
        for _ in 0..<200 where !isGone {
            switch Socket.open(address) {
            case .connected(let fd): Socket.close(fd)
            case .failed(let number): isGone = number == ECONNREFUSED
            case .underWay(let fd):
                var poll = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
                _ = Glibc.poll(&poll, 1, 1_000)
                isGone = Socket.error(of: fd) == ECONNREFUSED
                Socket.close(fd)
            }
            usleep(10_000)
        }
        #expect(isGone)
    }
}
