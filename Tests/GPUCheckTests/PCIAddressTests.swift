import GPUCheck
import Testing

@Suite struct PCIAddressTests {
    @Test(arguments: [
        ("00000000:A1:00.0", "0000:a1:00.0"), ("0000:a1:00.0", "0000:a1:00.0"),
        ("0000:A1:00", "0000:a1:00.0"), ("00008ED0:00:00.0", "8ed0:00:00.0"),
        ("00010000:01:1E.0", "10000:01:1e.0"),
    ])
    func spelling(_ text: String, _ expected: String) {
        #expect(PCIAddress(text)?.description == expected)
    }

    @Test(arguments: [
        "", "a1:00.0", "0000:a1:00.0:", "0000:xx:00.0", "0000:1a1:00.0", "::", "0:0:0.0.0",
    ])
    func nonsense(_ text: String) {
        #expect(PCIAddress(text) == nil)
    }

    @Test func equalAndOrdered() throws {
        let first = try #require(PCIAddress("00000000:0A:00.0"))
        let second = try #require(PCIAddress("0000:0b:00.0"))
        #expect(PCIAddress("0000:0a:00.0") == first)
        #expect(first < second)
    }
}
