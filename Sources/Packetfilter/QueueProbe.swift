import Synchronization

extension FilterSocket {
    struct Probed {
        var dialect: QueueDialect?
        var copies: [TableFamily: Bool] = [:]
    }

    /// Finds out what the functions below tell, as far as the kernel can be asked.
    package func learnQueues() {
        guard (try? queueDialect()) != nil else { return }
        for family in [TableFamily.ip, .ip6] { _ = try? canCopy(family: family) }
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

    /// `PacketRule.holding` as this host allows it: by copies where it `copiesPackets`.
    package func holding(
        _ matches: [PacketMatch],
        family: TableFamily,
        queue: UInt16,
        comment: String? = nil
    ) throws(FilterError) -> [PacketRule] {
        PacketRule.holding(
            matches,
            queue: queue,
            byCopies: try copiesPackets(family: family),
            comment: comment
        )
    }

    /// Whether `PacketRule.holding` by copies is right here: the kernel can copy packets (module nft_dup_ipv4, nft_dup_ipv6), and
    /// connections are not tracked in this namespace.
    package func copiesPackets(family: TableFamily) throws(FilterError) -> Bool {
        guard !tracksConnections else { return false }
        return try canCopy(family: family)
    }

    /// Whether the kernel can copy packets of this family.
    package func canCopy(family: TableFamily) throws(FilterError) -> Bool {
        guard family != .inet else { return false }
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
