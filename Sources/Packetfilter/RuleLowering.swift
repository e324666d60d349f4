import Measures

extension PacketRule {
    /// What the kernel will do for each packet, in this order: addresses, interfaces, transport, ports, the window, the
    /// share, the counter, the verdict. The clock is read last of the matches that cost little, the random number only
    /// within the window.
    package func expressions(family: TableFamily, queue: QueueDialect) throws(FilterError) -> [Expression] {
        var list = try match.addressExpressions(family: family)
        list += try match.interfaceExpressions()
        list += try match.transportExpressions()
        if let window { list += window.expressions }
        if let share = match.share {
            // P(random < n) = n / (2^32 - 1) with n = share × (2^32 - 1).
            list += [
                .random(modulus: .max), .networkOrder(bytes: 4), .compare(.less, bigEndian(share.scaled32)),
            ]
        }
        list += verdict.condition
        if counter { list.append(.counter) }
        return list + (try verdict.expressions(family: family, queue: queue))
    }
}

extension PacketVerdict {
    /// A number that no program is known to use, for packets that are to vanish.
    private static let queueOfNobody: UInt16 = 65_533

    /// The bits of the mark that say for which queue a copy was made; 0: it is none.
    private static let copyBits: UInt32 = 0x7f00_0000
    /// Of the mark: the packet has been on a detour and is where it was before.
    package static let returnedBit: UInt32 = 0x8000_0000

    private static func copyMark(_ queue: UInt16) -> UInt32 { UInt32(queue % 127 + 1) << 24 }

    /// What the verdict itself asks of a packet: copies are queued once, and nothing else is copied.
    fileprivate var condition: [Expression] {
        let load: [Expression] = [.meta(.mark), .mask(hostOrder(Self.copyBits))]
        switch self {
        case .queueCopy(let number): return load + [.compare(.equal, hostOrder(Self.copyMark(number)))]
        case .copyAndVanish: return load + [.compare(.equal, hostOrder(UInt32(0)))]
        case .steer(let from?, _): return [.meta(.priority), .compare(.equal, hostOrder(from))]
        case .steer(nil, let to): return Self.priority(of: UInt16(to >> 16), .notEqual)
        case .detour(let major, _), .detourAndReturn(let major, _): return Self.priority(of: major, .equal)
        case .acceptReturned:
            return [
                .meta(.mark), .mask(hostOrder(Self.returnedBit)),
                .compare(.equal, hostOrder(Self.returnedBit)),
            ]
        case .acceptOthers(let family):
            return [.meta(.etherType), .compare(.notEqual, family == .ip6 ? [0x86, 0xdd] : [0x08, 0x00])]
        default: return []
        }
    }

    /// Whether the packet's priority is a class of this qdisc.
    private static func priority(of major: UInt16, _ comparison: Expression.Comparison) -> [Expression] {
        [
            .meta(.priority), .mask(hostOrder(0xffff_0000 as UInt32)),
            .compare(comparison, hostOrder(UInt32(major) << 16)),
        ]
    }

    fileprivate func expressions(family: TableFamily, queue dialect: QueueDialect) throws(FilterError)
        -> [Expression]
    {
        let rest = hostOrder(~Self.copyBits)
        switch self {
        case .drop: return [.drop]
        case .accept: return [.accept]
        case .setPriority(let classID), .steer(_, let classID):
            return [.immediate(hostOrder(classID)), .setPriority]
        case .detour(_, let link): return [.immediate(hostOrder(UInt32(bitPattern: link))), .forward]
        case .detourAndReturn(_, let link):
            let marked = Expression.bits(mask: hostOrder(~Self.returnedBit), xor: hostOrder(Self.returnedBit))
            return [
                .meta(.mark), marked, .setMark, .immediate(hostOrder(UInt32(bitPattern: link))), .forward,
            ]
        case .acceptReturned(let clearing):
            return (clearing ? [.meta(.mark), .mask(hostOrder(~Self.returnedBit)), .setMark] : []) + [.accept]
        case .acceptOthers: return [.accept]
        case .queue(let number, let bypass):
            return [try Self.queue(number, bypass: bypass, family, dialect)]
        case .vanish:
            return [try Self.queue(Self.queueOfNobody, bypass: false, family, dialect)]
        case .queueCopy(let number):
            return [
                .meta(.mark), .mask(rest), .setMark,
                try Self.queue(number, bypass: true, family, dialect),
            ]
        case .copyAndVanish(let number):
            guard family != .inet else {
                throw FilterError(
                    "copy packets in an inet table",
                    badRule: "copies are made in ip and ip6 tables"
                )
            }
            let (offset, length): (UInt32, UInt32) = family == .ip ? (16, 4) : (24, 16)
            return [
                .meta(.mark), .bits(mask: rest, xor: hostOrder(Self.copyMark(number))), .setMark,
                .payload(.network, offset: offset, length: length), .outputIndexToSecond, .duplicate,
                try Self.queue(Self.queueOfNobody, bypass: false, family, dialect),
            ]
        }
    }

    private static func queue(
        _ number: UInt16,
        bypass: Bool,
        _ family: TableFamily,
        _ dialect: QueueDialect
    ) throws(FilterError) -> Expression {
        switch dialect {
        case .native: return .queue(number: number, bypass: bypass)
        case .compat:
            guard family != .inet else {
                throw FilterError(
                    "queue \(number) in an inet table",
                    badRule: "this kernel has no nft_queue; use one table of family ip and one of ip6"
                )
            }
            return .compatQueue(number: number, bypass: bypass)
        }
    }
}

extension Expression {
    /// `struct xt_NFQ_info_v3`: queue, number of queues, flags (1: bypass), each 16 bits in host order, padded to 8 bytes.
    static func compatQueue(number: UInt16, bypass: Bool) -> Expression {
        let words: [UInt16] = [number, 1, bypass ? 1 : 0, 0]
        return .target(name: "NFQUEUE", revision: 3, info: words.flatMap { hostOrder($0) })
    }
}

extension TimeWindow {
    /// `meta time >= start, meta time < end`, the clock read once.
    package var expressions: [Expression] {
        [
            .meta(.timeNanoseconds), .networkOrder(bytes: 8),
            .compare(.greaterOrEqual, bigEndian(UInt64(bitPattern: start))),
            .compare(.less, bigEndian(UInt64(bitPattern: end))),
        ]
    }

    /// The window written in a rule, nil when there is none or it is of another form.
    package init?(in expressions: [Expression]) {
        for index in expressions.indices.dropLast(3) {
            guard expressions[index] == .meta(.timeNanoseconds),
                expressions[index + 1] == .networkOrder(bytes: 8),
                case .compare(.greaterOrEqual, let start) = expressions[index + 2], start.count == 8,
                case .compare(.less, let end) = expressions[index + 3], end.count == 8
            else { continue }
            self.init(
                start: Int64(truncatingIfNeeded: number(start)),
                end: Int64(truncatingIfNeeded: number(end))
            )
            return
        }
        return nil
    }
}

extension PacketMatch {
    fileprivate func addressExpressions(family: TableFamily) throws(FilterError) -> [Expression] {
        var list: [Expression] = []
        let prefixes = [(source, "source", 12, 8), (destination, "destination", 16, 24)]
        // In a netdev table, the chain's first rule sees to that.
        var protocolChecked = family != .inet
        for (prefix, name, offset4, offset6) in prefixes {
            guard let prefix else { continue }
            let table: TableFamily = prefix.isIPv6 ? .ip6 : .ip
            guard family == .inet || family == .netdev || family == table else {
                throw FilterError(
                    "\(name) \(prefix)",
                    badRule: "an address of this kind is never in a table of \(family.name)"
                )
            }
            if let other = source, other.isIPv6 != prefix.isIPv6 {
                throw FilterError(
                    "\(name) \(prefix)",
                    badRule: "source and destination are of different kinds"
                )
            }
            if !protocolChecked {
                list += [.meta(.networkProtocol), .compare(.equal, [table.rawValue])]
                protocolChecked = true
            }
            guard !prefix.isEverything else { continue }
            let offset = UInt32(prefix.isIPv6 ? offset6 : offset4)
            list.append(.payload(.network, offset: offset, length: UInt32(prefix.bytes.count)))
            if !prefix.isHost { list.append(.mask(prefix.mask)) }
            list.append(.compare(.equal, prefix.bytes))
        }
        return list
    }

    fileprivate func interfaceExpressions() throws(FilterError) -> [Expression] {
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

    fileprivate func transportExpressions() throws(FilterError) -> [Expression] {
        guard let transport else {
            guard sourcePorts == nil, destinationPorts == nil, icmpTypes == nil else {
                throw FilterError("ports or types", badRule: "they need a transport: tcp, udp, icmp, icmp6")
            }
            return []
        }
        var list: [Expression] = [.meta(.transport), .compare(.equal, [transport.rawValue])]
        for (ports, offset) in [(sourcePorts, UInt32(0)), (destinationPorts, UInt32(2))] {
            guard let ports else { continue }
            guard transport.hasPorts else {
                throw FilterError("ports", badRule: "IP protocol \(transport.rawValue) has no ports")
            }
            list.append(.payload(.transport, offset: offset, length: 2))
            if ports.count == 1 {
                list.append(.compare(.equal, bigEndian(ports.lowerBound)))
            } else {
                list.append(.compare(.greaterOrEqual, bigEndian(ports.lowerBound)))
                list.append(.compare(.lessOrEqual, bigEndian(ports.upperBound)))
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
}

/// Most significant byte first, as on the wire.
func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
}

func hostOrder(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number, Array.init) }

/// Most significant byte first; the last 8 bytes count.
func number(_ bigEndian: some Sequence<UInt8>) -> UInt64 { bigEndian.reduce(0) { $0 << 8 | UInt64($1) } }
