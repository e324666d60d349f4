import Plan

/// What the policy says of packets. A far end, or a range of ports, that lies within a protected one is refused, since nothing
/// would be left of it. A wider one stays: what is protected within it is spared by the packet rules themselves.
extension Policy {
    func refusals(of traffic: FaultRequest.Traffic, _ fault: String) -> [Refusal] {
        [
            interfaceRefusal(of: traffic, fault), peerRefusal(of: traffic, fault),
            portRefusal(of: traffic, fault), loginRefusal(of: traffic, fault),
        ].compactMap { $0 }
    }

    private func interfaceRefusal(of traffic: FaultRequest.Traffic, _ fault: String) -> Refusal? {
        guard let name = traffic.interface else { return nil }
        if name == "lo" {
            return Refusal(
                fault,
                "interfaces",
                nil,
                of: self,
                "no fault touches the loopback",
                remedy: "name another interface"
            )
        }
        guard let interfaces, !interfaces.value.contains(where: { $0.matches(name) }) else { return nil }
        return Refusal(
            fault,
            "interfaces",
            interfaces.place,
            of: self,
            "\(name) is not among \(interfaces.value.map(\.text).listed)",
            remedy: "name one of them, or have the operator add it"
        )
    }

    private func peerRefusal(of traffic: FaultRequest.Traffic, _ fault: String) -> Refusal? {
        for rule in protectedPeers {
            guard let peer = traffic.peers.first(where: { rule.value.contains($0.network) }) else { continue }
            let network = peer.network.text == rule.value.text ? "" : ", which lies in \(rule.value.text),"
            return Refusal(
                fault,
                "peers.never",
                rule.place,
                of: self,
                "packets with \(peer.text)\(network) are never touched",
                remedy: "leave that far end out"
            )
        }
        return nil
    }

    private func portRefusal(of traffic: FaultRequest.Traffic, _ fault: String) -> Refusal? {
        for rule in protectedPorts {
            let within = { (ports: ClosedRange<UInt16>) in
                rule.value.lowerBound <= ports.lowerBound && ports.upperBound <= rule.value.upperBound
            }
            guard let ports = traffic.ports.first(where: within) else { continue }
            return Refusal(
                fault,
                "ports.never",
                rule.place,
                of: self,
                "packets of port \(Self.text(ports)) are never touched",
                remedy: "leave that port out"
            )
        }
        return nil
    }

    private func loginRefusal(of traffic: FaultRequest.Traffic, _ fault: String) -> Refusal? {
        guard !allowsSSH, traffic.includesTCP, traffic.ports.contains(22...22) else { return nil }
        return Refusal(
            fault,
            "ports.ssh",
            ssh?.place,
            of: self,
            "port 22 is how people reach this host",
            remedy: "leave it out, or have the operator write ports: { ssh: allowed }"
        )
    }

    private static func text(_ ports: ClosedRange<UInt16>) -> String {
        ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
    }
}
