import Impairments
import Measures

extension Reader {
    private static let partitionForms =
        "between: [a, b] (two ways), from: a and to: b (one way), drop: { a: [b] } (who drops whom), or a shape: "
        + PartitionShape.allCases.map(\.rawValue).listed
    /// What may be said about the packets; peers and direction follow from the partition itself.
    private static let partitionTrafficKeys = ["ports", "port", "protocol", "interface", "flows"]

    func partition(_ value: Value, names: LabNames) -> (PartitionPlan, TrafficPlan)? {
        let hosts = names.hosts
        if value.text != nil {
            return shape(value, hosts: nil, all: hosts).map { ($0, TrafficPlan(direction: .ingress)) }
        }
        let keys = ["between", "from", "to", "drop", "shape", "of"] + Self.partitionTrafficKeys
        guard let fields = Fields(value, "partition", keys: keys, problems: problems) else { return nil }
        let plan = partitionPlan(fields, hosts: hosts)
        var traffic = traffic(fields.only(Self.partitionTrafficKeys), on: nil, names: names)
        traffic?.direction = .ingress
        guard let plan, let traffic else { return nil }
        return (plan, traffic)
    }

    private func partitionPlan(_ fields: Fields, hosts: [String]) -> PartitionPlan? {
        let given = ["between", "from", "to", "drop", "shape"].filter { fields[$0] != nil }
        if let stray = fields["of"], given != ["shape"] {
            problems.add("partition", at: stray.place, "of without a shape; expected \(Self.partitionForms)")
            return nil
        }
        switch given {
        case ["shape"]:
            return fields["shape"].flatMap { shape($0, hosts: fields["of"], all: hosts) }
        case ["drop"]:
            return fields["drop"].flatMap { drops($0, hosts: hosts) }
        case ["between"]:
            guard let between = fields["between"], let list = between.list, list.count == 2,
                let first = list.first, let last = list.last
            else {
                let between = fields["between"]
                let said = between?.list.map { "a list of \($0.count)" } ?? between?.shown ?? "nothing"
                let expected = "two sides, each a host or a list: [a, b] or [a, [b, c]]"
                problems.add(
                    "partition",
                    at: between?.place ?? fields.place,
                    "between is \(said); expected \(expected)"
                )
                return nil
            }
            return sides(first, last, bothWays: true, hosts: hosts)
        case ["from", "to"]:
            guard let from = fields["from"], let to = fields["to"] else { return nil }
            return sides(from, to, bothWays: false, hosts: hosts)
        default:
            problems.add(
                "partition",
                at: fields.place,
                "partition names no sides, or too many; expected \(Self.partitionForms)"
            )
            return nil
        }
    }

    private func sides(_ from: Value, _ to: Value, bothWays: Bool, hosts: [String]) -> PartitionPlan? {
        let first = hostList(from, "partition", hosts: hosts)
        let second = hostList(to, "partition", hosts: hosts)
        guard let first, let second else { return nil }
        if let both = first.first(where: second.contains) {
            problems.add(
                "partition",
                at: to.place,
                "\(quoted(both)) is on both sides; expected different hosts"
            )
            return nil
        }
        return .sides(from: first, to: second, bothWays: bothWays)
    }

    private func drops(_ value: Value, hosts: [String]) -> PartitionPlan? {
        guard let pairs = value.pairs, !pairs.isEmpty else {
            let message =
                "drop is \(value.shown); expected who drops whom, such as { web1: [lb], lb: [web1] }"
            problems.add("not-a-map", at: value.place, message)
            return nil
        }
        var drops: [PartitionPlan.Drop] = []
        for (key, value) in pairs where !problems.isFull {
            guard let host = host(key, "drop", hosts: hosts), let from = hostList(value, "drop", hosts: hosts)
            else { continue }
            guard !from.contains(host) else {
                let message = "\(quoted(host)) cannot drop its own packets; expected other hosts"
                problems.add("partition", at: value.place, message)
                continue
            }
            drops.append(PartitionPlan.Drop(host: host, from: from))
        }
        return drops.count == pairs.count ? .map(drops) : nil
    }

    private func shape(_ value: Value, hosts: Value?, all: [String]) -> PartitionPlan? {
        let words = PartitionShape.allCases.map(\.rawValue)
        let shape = word(value, "partition", of: words).flatMap(PartitionShape.init)
        let chosen = optional(hosts, all) { hostList($0, "of", hosts: all) }
        guard let shape, let chosen else { return nil }
        let least = shape.fewestNodes
        guard chosen.count >= least else {
            let message = "a \(shape.rawValue) of \(chosen.count) hosts; expected at least \(least)"
            problems.add("partition", at: (hosts ?? value).place, message)
            return nil
        }
        return .shape(shape, of: chosen)
    }
}
