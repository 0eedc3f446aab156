import { keyUnwrappingContract } from '../doubles/contracts/key-unwrapping.ts'

keyUnwrappingContract('Web Crypto in workerd', () => () => {})
