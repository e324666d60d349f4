import AgentProtocol
import ClockSync
import LinuxSystem
import Measures
import Recording
import ReferenceTime

/// This host's clock against those of other hosts of the run, and the paths to them. Of each pair one host asks; both
/// answer whom they have been told of, and nobody else.
final class NeighbourClocks: Sendable {
    private let reflector: ClockReflector
    /// By peer's name, of those that this host asks.
    private let probers: [String: ClockProber]
    private let station: PathStation

    /// Nil when nobody is to be measured. Errors: an address or a port is not usable here.
    init?(_ wire: Faultline_Agent_V1_Neighbours) throws {
        guard !wire.peers.isEmpty else { return nil }
        // Answers of one process have one epoch, so that a peer notices when it is another.
        var random = SystemRandomNumberGenerator()
        let reflector = try ClockReflector(listening: Endpoint(wire.clock), epoch: random.next())
        var probers: [String: ClockProber] = [:]
        do {
            let cadence = try ProbeCadence(wire.pace)
            for peer in wire.peers {
                let key = ProbeKey(peer.keyFirst, peer.keySecond)
                guard peer.asks else {
                    reflector.admit(session: peer.session, key: key)
                    continue
                }
                probers[peer.name] = try ClockProber(
                    reference: Endpoint(peer.clock),
                    session: peer.session,
                    key: key,
                    cadence: cadence,
                    limits: ClockLimits(period: cadence.period)
                )
            }
            let clocks = probers
            station = try PathStation(
                listening: Endpoint(wire.path),
                peers: wire.peers.map { peer in
                    PathStation.Peer(
                        name: peer.name,
                        endpoint: try Endpoint(peer.path),
                        session: peer.session,
                        key: ProbeKey(peer.keyFirst, peer.keySecond),
                        asks: peer.asks
                    )
                },
                offset: { peer, local in clocks[peer]?.model?.limits(at: local) }
            )
        } catch {
            for prober in probers.values { prober.stop() }
            reflector.stop()
            throw error
        }
        self.reflector = reflector
        self.probers = probers
    }

    /// Asks densely for a moment.
    func burst() {
        for prober in probers.values { prober.burst() }
    }

    /// Ends a second; those of each path that this host asks whose answers have had their time, at the end all.
    func readings(isLast: Bool = false) -> [(span: LocalSpan, reading: PathReading)] {
        station.cut(isLast: isLast).map { peer, stretch in
            let reading = PathReading(
                peer: peer,
                sent: stretch.sent,
                answered: stretch.answered,
                lostOut: stretch.lostOut,
                lostBack: stretch.lostBack,
                out: stretch.out.map { .init($0) },
                back: stretch.back.map { .init($0) },
                low: stretch.offset?.lowerBound,
                high: stretch.offset?.upperBound,
                model: probers[peer]?.model
            )
            return (LocalSpan(from: stretch.from, to: stretch.to), reading)
        }
    }

    func stop() {
        station.stop()
        for prober in probers.values { prober.stop() }
        reflector.stop()
    }
}

extension Endpoint {
    fileprivate init(_ door: Faultline_Agent_V1_Door) throws {
        guard let port = UInt16(exactly: door.port), port > 0 else { throw WireError("port \(door.port)") }
        self.init(address: door.address, port: port)
    }
}

extension PathReading.Spread {
    fileprivate init(_ spread: PathLedger.Spread) {
        self.init(least: spread.least, median: spread.median, p99: spread.p99)
    }
}
