import Measures
import Plan

/// What the policy says of faults: a pure answer, before anything is armed.
extension Policy {
    /// All that is refused, each rule once a fault, in the order of the faults. Empty: all may be armed.
    /// `held`: faults of the same run that were admitted before; they count for most-at-once.
    package func refusals(of requests: [FaultRequest], beside held: [FaultRequest] = []) -> [Refusal] {
        requests.flatMap { request in
            [kindRefusal(of: request), lengthRefusal(of: request)].compactMap { $0 }
                + (request.traffic.map { refusals(of: $0, request.id) } ?? [])
                + (request.target.map { refusals(of: $0, request.id) } ?? [])
                + (request.stress.map { refusals(of: $0, request.id) } ?? [])
        } + [crowdRefusal(of: requests, beside: held)].compactMap { $0 }
    }

    private func kindRefusal(of request: FaultRequest) -> Refusal? {
        guard let faults else { return nil }
        let (rule, refused, said): (String, [String], String)
        switch faults.value {
        case .allow(let kinds):
            rule = "faults.allow"
            refused = request.kinds.filter { !kinds.contains($0) }
            said = "allowed are \(kinds.isEmpty ? "none" : kinds.sorted().listed)"
        case .deny(let kinds):
            rule = "faults.deny"
            refused = request.kinds.filter(kinds.contains)
            said = "refused are \(kinds.sorted().listed)"
        }
        guard !refused.isEmpty else { return nil }
        return Refusal(
            request.id,
            rule,
            faults.place,
            of: self,
            "\(refused.listed) must not happen here; \(said)",
            remedy: "take it out of the experiment, or have the operator allow it"
        )
    }

    private func lengthRefusal(of request: FaultRequest) -> Refusal? {
        let length = request.end - request.start
        guard let longest, length > longest.value else { return nil }
        return Refusal(
            request.id,
            "longest",
            longest.place,
            of: self,
            "it lasts \(length.text), and \(longest.value.text) is the longest",
            remedy: "shorten it (a kill without restart-after lasts to the end of the run)"
        )
    }

    /// The first fault with which there are too many at an instant. Those that end when another begins do not meet.
    private func crowdRefusal(of requests: [FaultRequest], beside held: [FaultRequest]) -> Refusal? {
        guard let mostAtOnce else { return nil }
        // At one instant what ends goes before what begins; a fault of no length counts at its instant.
        let all = (held + requests).filter { $0.start < $0.end } + instants(of: held + requests)
        let edges = all.flatMap { request in
            [(at: request.start, change: 1, id: request.id), (request.end, -1, request.id)]
        }.sorted { ($0.at, $0.change) < ($1.at, $1.change) }
        var acting = 0
        for edge in edges {
            acting += edge.change
            guard acting > mostAtOnce.value else { continue }
            return Refusal(
                edge.id,
                "most-at-once",
                mostAtOnce.place,
                of: self,
                "with it \(acting) faults act at \(Duration(nanoseconds: edge.at.nanoseconds).text), and "
                    + "\(mostAtOnce.value) is the most",
                remedy: "move them apart"
            )
        }
        return nil
    }

    /// Faults of no length, as windows of a nanosecond.
    private func instants(of requests: [FaultRequest]) -> [FaultRequest] {
        requests.filter { $0.start >= $0.end }.map {
            FaultRequest(id: $0.id, kinds: $0.kinds, start: $0.start, end: $0.start + .nanoseconds(1))
        }
    }
}
