/// What making checks needs, kept from answer to answer so that nothing is allocated once it is warm.
package struct CheckMemory: Sendable {
    package var matcher = PatternMatcher()
    /// Of a DNS record.
    var text = DNSText()

    package init() {}
}
