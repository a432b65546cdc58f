// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Sweeper} from "Sweeper.sol";

/// Measured against EIP-7702, not used: deposit addresses that are contracts. Each is a minimal proxy
/// (EIP-1167) of a sweeper at an address known beforehand, made when it is first emptied.
contract ForwarderFactory {
    Sweeper public immutable sweeper;

    constructor(Sweeper sweeper_) {
        sweeper = sweeper_;
    }

    function addressOf(bytes32 salt) public view returns (address) {
        bytes32 code = keccak256(proxyCode());
        return address(
            uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code))))
        );
    }

    function gather(address token, bytes32[] calldata salts) external {
        for (uint256 i = 0; i < salts.length; i++) {
            address wallet = addressOf(salts[i]);
            if (wallet.code.length == 0) create(salts[i]);
            Sweeper(payable(wallet)).sweep(token);
        }
    }

    function create(bytes32 salt) private {
        bytes memory code = proxyCode();
        address made;
        assembly {
            made := create2(0, add(code, 32), mload(code), salt)
        }
        require(made != address(0));
    }

    function proxyCode() private view returns (bytes memory) {
        return abi.encodePacked(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73",
            address(sweeper),
            hex"5af43d82803e903d91602b57fd5bf3"
        );
    }
}
