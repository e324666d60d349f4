import Synchronization

extension FilterSocket {
    struct Probed {
        var dialect: QueueDialect?
        var copies: [TableFamily: Bool] = [:]
    }

    /// How this kernel takes queue verdicts, found out by a dry run at the first call.
    /// Errors: unsupported when it takes them in neither way.
    package func queueDialect() throws(FilterError) -> QueueDialect {
        if let known = probed.withLock({ $0.dialect }) { return known }
        let rule = PacketRule(verdict: .queue(number: 0, bypass: true))
        var refusal: FilterError?
        for dialect in [QueueDialect.native, .compat] {
            refusal = try refusalOfDryRun(rule, family: .ip, dialect)
            if refusal == nil {
                probed.withLock { $0.dialect = dialect }
                return dialect
            }
        }
        throw FilterError(
            "queue packets",
            errno: refusal?.errno ?? 0,
            detail: refusal?.detail ?? "",
            kind: .unsupported
        )
    }

    /// The rules that hand what this host sends to a queue, for a chain in postrouting with `FilterChain.lastPriority`:
    /// `PacketRule.holding` where `copiesPackets`, else the packets themselves, which then still count as unsent. Those are
    /// held before conntrack confirms a new connection, so of the first packets of one ICMP flow, sent within one latency,
    /// conntrack drops all but one.
    package func holding(
        _ match: PacketMatch,
        family: TableFamily,
        queue: UInt16,
        window: TimeWindow? = nil,
        comment: String? = nil
    ) throws(FilterError) -> [PacketRule] {
        if try copiesPackets(family: family) {
            return PacketRule.holding(match, queue: queue, window: window, comment: comment)
        }
        let verdict = PacketVerdict.queue(number: queue, bypass: true)
        return [PacketRule(match: match, window: window, verdict: verdict, comment: comment)]
    }

    /// Whether `PacketRule.holding` is right here: the kernel can copy packets (module nft_dup_ipv4, nft_dup_ipv6), and
    /// connections are not tracked in this namespace.
    package func copiesPackets(family: TableFamily) throws(FilterError) -> Bool {
        guard family != .inet, !tracksConnections else { return false }
        if let known = probed.withLock({ $0.copies[family] }) { return known }
        let rule = PacketRule(verdict: .copyAndVanish(queue: 0))
        let answer = try refusalOfDryRun(rule, family: family, queueDialect()) == nil
        probed.withLock { $0.copies[family] = answer }
        return answer
    }

    /// The kernel's answer when it lacks something, nil when it would take the rule; other failures are thrown.
    private func refusalOfDryRun(
        _ rule: PacketRule,
        family: TableFamily,
        _ dialect: QueueDialect
    ) throws(FilterError) -> FilterError? {
        let chain = FilterChain(name: "probe", hook: .postrouting, rules: [rule])
        do throws(FilterError) {
            try check(
                FilterTable(name: "faultline-probe-\(port)", family: family, chains: [chain]),
                queue: dialect
            )
            return nil
        } catch {
            // ENOENT is how the kernel says that it knows no such expression.
            guard error.kind == .gone || error.kind == .unsupported else { throw error }
            return error
        }
    }
}
