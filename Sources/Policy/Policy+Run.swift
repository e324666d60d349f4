import Measures

/// What the policy says of a run as a whole.
extension Policy {
    package func refusal(ofLease lease: Duration) -> Refusal? {
        guard let longestLease, lease > longestLease.value else { return nil }
        return Refusal(
            nil,
            "longest-lease",
            longestLease.place,
            of: self,
            "its lease is \(lease.text), and \(longestLease.value.text) is the longest",
            remedy: "renew it more often"
        )
    }

    package func refusal(ofService name: String) -> Refusal? {
        guard let services, services.value == .refused else { return nil }
        return Refusal(
            nil,
            "services",
            services.place,
            of: self,
            "the service \(name) is not started: this host starts nothing for a coordinator",
            remedy: "start it by other means, or have the operator write services: allowed"
        )
    }

    package var captureRefusal: Refusal? {
        guard let captures, captures.value == .refused else { return nil }
        return Refusal(
            nil,
            "captures",
            captures.place,
            of: self,
            "packets are not recorded here",
            remedy: "take this host out of capture, or have the operator write captures: allowed"
        )
    }
}
