// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface Balances {
    function balanceOf(address owner) external view returns (uint256);
}

/// Empties deposit addresses into one treasury, and can do nothing else. A deposit address lets this
/// code act for it (EIP-7702): whoever then calls it, all that it has of an asset goes to the treasury.
/// Nobody owns it, nobody can change it, and it calls nothing but `balanceOf` and `transfer`.
contract Sweeper {
    address payable public immutable treasury;

    error OtherTreasury();
    error NotSwept(address wallet, address token);

    constructor(address payable treasury_) {
        treasury = treasury_;
    }

    /// Coins that come to a deposit address while this code acts for it.
    receive() external payable {}

    /// Empties all of these addresses, or none. The treasury is named so that the bytes of a
    /// transaction tell where everything goes. Token zero is the chain's coin.
    function gather(address token, address treasury_, address[] calldata wallets) external {
        if (treasury_ != treasury) revert OtherTreasury();
        for (uint256 i = 0; i < wallets.length; i++) {
            Sweeper(payable(wallets[i])).sweep(token);
        }
    }

    /// Empties the address that it is called at.
    function sweep(address token) external {
        if (!moved(token)) revert NotSwept(address(this), token);
    }

    /// The oldest dollar token returns nothing from `transfer`; others return whether it succeeded.
    function moved(address token) private returns (bool done) {
        bytes memory answer;
        if (token == address(0)) {
            (done,) = treasury.call{value: address(this).balance}("");
            return done;
        }
        uint256 units = Balances(token).balanceOf(address(this));
        (done, answer) =
            token.call(abi.encodeWithSignature("transfer(address,uint256)", treasury, units));
        if (done && answer.length > 0) done = abi.decode(answer, (bool));
    }
}
