import Containers
import LinuxSystem
import Measures
import Synchronization

/// A packet fault in the networks of containers. When a container ends, what was armed in its network is healed; when as
/// many come back that are meant too, it is armed in theirs, by the same window and lease.
package final class ContainerInjection: Injection {
    package let id: String
    package let operation: Operation
    private let state: Mutex<State>
    private let actions: Actions
    private let follower = Mutex<RepeatingThread?>(nil)

    private struct Part {
        let network: ContainerNetwork
        let injection: any Injection
    }

    private struct State {
        var parts: [UInt64: Part]
        var window: ActingWindow
        var leaseUntil: Int64
        /// How many have ended and are not back.
        var missing = 0
        /// Anew with each that ends.
        var search = SearchPace(since: 0)
        var hasFollowed = false
        /// Where it was armed first; nil: its container has ended, and nothing may hold its network.
        var first: ContainerNamespace?
        /// Of networks that are gone.
        var counted = Tally()
        var isHealed = false
        /// Said once, not five times a second.
        var lastFailure = ""

        /// Heals a part and keeps what it counted.
        mutating func end(_ number: UInt64, _ part: Part) throws {
            let tally = try? part.injection.readBack().tally
            try part.injection.heal()
            counted = counted + (tally ?? Tally())
            parts[number] = nil
        }
    }

    struct Actions: Sendable {
        /// The networks of the containers that run now.
        let find: @Sendable () throws -> [ContainerNetwork]
        let arm: @Sendable (ContainerNetwork, ActingWindow, Int64) throws -> any Injection
        /// The fault is healed there, and its container has ended.
        let abandon: @Sendable (ContainerNetwork) throws -> Void
        let tell: @Sendable (String) -> Void
    }

    /// A container that is started again is cut off or slow from its first second on. Nanoseconds.
    private static let interval: Int64 = 200_000_000

    /// Errors: none runs; those of `arm`, and then nothing stays armed.
    init(id: String, window: ActingWindow, leaseUntil: Int64, _ actions: Actions) throws {
        self.id = id
        self.actions = actions
        let networks = try actions.find()
        guard let first = networks.first else { throw FaultError("fault.no-process", "no container runs") }
        var parts: [UInt64: Part] = [:]
        do {
            for network in networks {
                let injection = try actions.arm(network, window, leaseUntil)
                parts[network.namespace.number] = Part(network: network, injection: injection)
            }
        } catch {
            for part in parts.values { try? part.injection.heal() }
            throw error
        }
        // What is installed is the same in each, but for the names of interfaces.
        let installed = parts[first.namespace.number]?.injection.operation ?? Operation("nothing")
        operation = installed.inside(networks.map(\.namespace.name))
        state = Mutex(State(parts: parts, window: window, leaseUntil: leaseUntil, first: first.namespace))
        var started: RepeatingThread? = try RepeatingThread(
            name: "follow",
            everyNanoseconds: Self.interval
        ) { [weak self] in self?.follow() ?? false }
        follower.withLock { swap(&$0, &started) }
    }

    /// A container ended while the fault was armed or in force.
    package var hasFollowed: Bool { state.withLock(\.hasFollowed) }

    /// Runs the body on a thread in the network in which the fault was armed first.
    /// Errors: its container has ended.
    package func inside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        guard let first = state.withLock({ $0.first }) else {
            throw FaultError("fault.no-process", "the container of \(id) has ended")
        }
        return try first.inside(body)
    }

    package func move(to window: ActingWindow) throws {
        try state.withLock { state in
            state.window = window
            for part in state.parts.values { try part.injection.move(to: window) }
        }
    }

    package func disarm() throws {
        try state.withLock { state in
            state.window = .never
            for part in state.parts.values { try part.injection.disarm() }
        }
    }

    package func extend(leaseUntil: Int64) throws {
        try state.withLock { state in
            state.leaseUntil = leaseUntil
            for part in state.parts.values { try part.injection.extend(leaseUntil: leaseUntil) }
        }
    }

    package func readBack() throws -> ReadBack {
        try state.withLock { state in
            let found = try state.parts.values.map { ($0.network, try $0.injection.readBack()) }
            let tally = found.reduce(state.counted) { $0 + $1.1.tally }
            let words = found.map { "\($0.0.namespace.name): \($0.1.detail)" }.sorted()
            return ReadBack(
                isInstalled: !found.isEmpty && found.allSatisfy { $0.1.isInstalled },
                tally: tally,
                detail: words.isEmpty ? "its container has ended" : words.joined(separator: "; ")
            )
        }
    }

    package func heal() throws {
        follower.withLock { $0.take() }?.stop()
        try state.withLock { state in
            // From here on nobody is followed.
            state.isHealed = true
            for (number, part) in state.parts { try state.end(number, part) }
        }
    }

    /// Whether to go on.
    private func follow() -> Bool {
        guard !state.withLock({ $0.isHealed || Clocks.monotonic() >= $0.window.end }) else { return false }
        leaveEnded()
        let isDue = state.withLock { $0.missing > 0 && $0.search.isDue(at: Clocks.monotonic()) }
        if isDue { enter() }
        return true
    }

    /// Nothing of theirs is held when this returns: the kernel ends a network with the last who holds it.
    private func leaveEnded() {
        let ended = state.withLock { state in
            state.parts.values.filter { !$0.network.namespace.container.isAlive }
        }
        for part in ended { leave(part) }
    }

    private func leave(_ part: Part) {
        let number = part.network.namespace.number
        do {
            let isOurs = try state.withLock { state in
                guard !state.isHealed, state.parts[number] != nil else { return false }
                try state.end(number, part)
                state.missing += 1
                state.search = SearchPace(since: Clocks.monotonic())
                state.hasFollowed = true
                if state.first === part.network.namespace { state.first = nil }
                return true
            }
            guard isOurs else { return }
            try actions.abandon(part.network)
            actions.tell("\(part.network.namespace.text) ended; healed in its network")
        } catch {
            fail(error)
        }
    }

    /// Engines are asked without the lock: they may be slow, and healing must not wait for them.
    private func enter() {
        let networks: [ContainerNetwork]
        do {
            networks = try actions.find()
        } catch let error as EngineError where error.isAbsence {
            return
        } catch {
            return fail(error)
        }
        for network in networks {
            do {
                let isNew = try state.withLock { state in
                    let number = network.namespace.number
                    guard !state.isHealed, state.missing > 0, state.parts[number] == nil else { return false }
                    let injection = try actions.arm(network, state.window, state.leaseUntil)
                    state.parts[number] = Part(network: network, injection: injection)
                    state.missing -= 1
                    return true
                }
                guard isNew else { continue }
                actions.tell("\(network.namespace.text) is back; armed in its network")
            } catch {
                fail(error)
            }
        }
    }

    private func fail(_ error: any Error) {
        let words = "\(error)"
        let isNew = state.withLock { state in
            defer { state.lastFailure = words }
            return state.lastFailure != words
        }
        if isNew { actions.tell("could not follow: \(words)") }
    }
}
