declare const AUTOTUNE_VERSION: string | undefined

/** Version of autotune, put in by the build; "dev" when run from source. */
export const version = typeof AUTOTUNE_VERSION === 'string' ? AUTOTUNE_VERSION : 'dev'
