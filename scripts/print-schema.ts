import { schemaPage } from './schema-page.ts'

process.stdout.write(schemaPage())
