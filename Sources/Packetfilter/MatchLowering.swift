extension PacketMatch {
    func addressExpressions(family: TableFamily) throws(FilterError) -> [Expression] {
        var list: [Expression] = []
        let ends =
            [(sources, "source", 12, 8), (destinations, "destination", 16, 24)] as [(_, _, UInt32, UInt32)]
        let isIPv6 = (sources + destinations).first?.isIPv6
        for (prefixes, name, _, _) in ends {
            for prefix in prefixes {
                guard family != (prefix.isIPv6 ? .ip : .ip6) else {
                    throw FilterError(
                        "\(name) \(prefix)",
                        badRule: "an address of this kind is never in a table of \(family.name)"
                    )
                }
                guard prefix.isIPv6 == isIPv6 else {
                    throw FilterError(
                        "\(name) \(prefix)",
                        badRule: "addresses of different kinds in one rule"
                    )
                }
            }
        }
        if family == .inet, let isIPv6 {
            let table: TableFamily = isIPv6 ? .ip6 : .ip
            list += [.meta(.networkProtocol), .compare(.equal, [table.rawValue])]
        }
        for (prefixes, _, offset4, offset6) in ends {
            guard let first = prefixes.first, !prefixes.contains(where: \.isEverything) else { continue }
            let offset = first.isIPv6 ? offset6 : offset4
            list.append(.payload(.network, offset: offset, length: UInt32(first.bytes.count)))
            if let set = Self.addressSet(prefixes) {
                list.append(.lookup(set: set.name))
            } else {
                if !first.isHost { list.append(.mask(first.mask)) }
                list.append(.compare(.equal, first.bytes))
            }
        }
        return list
    }

    func interfaceExpressions() throws(FilterError) -> [Expression] {
        var list: [Expression] = []
        for (name, key) in [(inputInterface, Expression.MetaKey.inputName), (outputInterface, .outputName)] {
            guard let name else { continue }
            let bytes = Array(name.utf8)
            guard (1...15).contains(bytes.count), !bytes.contains(0) else {
                throw FilterError("interface \"\(name)\"", badRule: "a name has 1 to 15 bytes")
            }
            list += [.meta(key), .compare(.equal, bytes + [UInt8](repeating: 0, count: 16 - bytes.count))]
        }
        return list
    }

    func transportExpressions() throws(FilterError) -> [Expression] {
        guard let transport else {
            guard sourcePorts.isEmpty, destinationPorts.isEmpty, icmpTypes == nil else {
                throw FilterError("ports or types", badRule: "they need a transport: tcp, udp, icmp, icmp6")
            }
            return []
        }
        var list: [Expression] = [.meta(.transport), .compare(.equal, [transport.rawValue])]
        for (ports, offset) in [(sourcePorts, UInt32(0)), (destinationPorts, UInt32(2))] {
            guard let first = ports.first else { continue }
            guard transport.hasPorts else {
                throw FilterError("ports", badRule: "IP protocol \(transport.rawValue) has no ports")
            }
            list.append(.payload(.transport, offset: offset, length: 2))
            if let set = Self.portSet(ports) {
                list.append(.lookup(set: set.name))
            } else if first.count == 1 {
                list.append(.compare(.equal, bigEndian(first.lowerBound)))
            } else {
                list.append(.compare(.greaterOrEqual, bigEndian(first.lowerBound)))
                list.append(.compare(.lessOrEqual, bigEndian(first.upperBound)))
            }
        }
        if let types = icmpTypes {
            guard transport.hasTypes else {
                throw FilterError("types", badRule: "IP protocol \(transport.rawValue) has no ICMP types")
            }
            list.append(.payload(.transport, offset: 0, length: 1))
            list.append(.compare(.greaterOrEqual, [types.lowerBound]))
            list.append(.compare(.lessOrEqual, [types.upperBound]))
        }
        return list
    }

    /// Packets that no socket of this host sent have neither user nor cgroup and match nothing here.
    func senderExpressions() -> [Expression] {
        var list: [Expression] = []
        if let user { list += [.meta(.user), .compare(.equal, hostOrder(user))] }
        if let cgroup {
            list += [.senderCgroup(level: cgroup.level), .compare(.equal, hostOrder(cgroup.identifier))]
        }
        return list
    }
}
