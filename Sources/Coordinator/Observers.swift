package import Recording

/// Several who are told the same, in their order.
package struct Observers: RunObserver {
    private let all: [any RunObserver]

    package init(_ all: [any RunObserver]) {
        self.all = all
    }

    package func stage(_ text: String) { for one in all { one.stage(text) } }
    package func begin(startedAt: Double) { for one in all { one.begin(startedAt: startedAt) } }
    package func event(_ event: RunEvent) { for one in all { one.event(event) } }
    package func tick(_ tick: RunTick) { for one in all { one.tick(tick) } }
    package func warning(_ text: String) { for one in all { one.warning(text) } }

    package func exchanges(_ exchanges: [Exchange], of load: String, from host: String, sender: Int) {
        for one in all { one.exchanges(exchanges, of: load, from: host, sender: sender) }
    }
}
