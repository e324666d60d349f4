package import Processes

/// A service that a fault was to end: whoever undoes it has to tell one that was not struck yet, one that was half ended,
/// and one that was started again already.
package struct ServiceUndo: Hashable, Sendable, Codable {
    package var service: ServiceCommand
    /// Who led the service before it was struck.
    package var leader: ProcessIdentity
    /// Clock ticks (1/100 s) since boot, as start times are: who was started in the struck one's place is younger.
    package var since: UInt64
    /// It was about to be struck or was: what still lives of it is ended, since it may be about to end by itself. False: it
    /// is left alone while its leader lives.
    package var isStruck: Bool
    /// The program of the agent, which starts the service again if it lives so long: between fork and exec the service is a
    /// process of that program. Empty: not known.
    package var starter: String
    /// The boot whose numbers these are; after another the service is started like any other.
    package var boot: String

    package init(
        service: ServiceCommand,
        leader: ProcessIdentity,
        since: UInt64,
        isStruck: Bool = false,
        starter: String,
        boot: String
    ) {
        self.service = service
        self.leader = leader
        self.since = since
        self.isStruck = isStruck
        self.starter = starter
        self.boot = boot
    }

    package var text: String {
        "start the service \(service.name) again"
            + (isStruck ? "" : ", unless process \(leader.pid) leads it still") + ": \(service.command.text)"
    }
}
